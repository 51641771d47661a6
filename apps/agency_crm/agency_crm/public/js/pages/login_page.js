// Frappe's log-in page waits for ever after an answer that it doesn't know: too many tries (429) are told as a wrong
// password is.
window.frappe?.ready?.(() => {
	const handlers = window.login?.login_handlers;
	if (handlers) handlers[429] = handlers[401];
});
