// What the Desk's scripts are held to; `./agency lint` and pre-commit run it.

import { createRequire } from "node:module";

// the linters are in .agency: a node_modules beside the app would go into every bench
const require = createRequire(new URL(".agency/lint-js/", import.meta.url));
const js = require("@eslint/js");
const globals = require("globals");

// what Frappe gives a script of the Desk; L is Leaflet's, for the map
const DESK = `$ L __ agency_crm cint cstr cur_frm cur_list flt format_currency format_number frappe get_number_format
	get_number_format_info locals moment`;

export default [
	{ ignores: ["apps/*", "!apps/agency_crm", "**/dist/", "agency_crm/", "env/", "sites/", "assets/"] },
	js.configs.recommended,
	{
		languageOptions: {
			globals: {
				...globals.browser,
				...Object.fromEntries(DESK.split(/\s+/).map((name) => [name, "readonly"])),
			},
		},
		linterOptions: { reportUnusedDisableDirectives: "error" },
		rules: {
			eqeqeq: ["error", "always", { null: "ignore" }],
			"no-else-return": "error",
			"no-eval": "error",
			"no-implied-eval": "error",
			"no-var": "error",
			"object-shorthand": "error",
			"prefer-const": "error",
			"prefer-template": "error",
		},
	},
	// plain scripts of the public pages: what one declares, the next one on the page sees
	{ files: ["**/public/js/pages/*.js"], languageOptions: { sourceType: "script" } },
];
