// Pictures on cards: small ones (api/listings/media.py), so that a page of them isn't a hundred megabytes.

const ADDRESS = "/api/method/agency_crm.api.listings.media.thumbnail";

/** Return the address of a small picture of the file at an address; another system's is shown as it is. */
export function small_picture(url) {
	return /^\/(private\/)?files\//.test(url || "") ? `${ADDRESS}?file=${encodeURIComponent(url)}` : url;
}
