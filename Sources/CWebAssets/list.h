// Every file of the page: PLAIN(symbol, "path below Sources/Web/Page"), or, packed beforehand with gzip,
// PACKED(symbol, "name that it is served under", "path of the packed file").
//
// __has_include makes each file a dependency of assets.c, so that a changed file is built in anew; a comparison of this
// list with the folder (Tests/WebTests) finds what is missing.

#if __has_include("icon.svg")
PLAIN(icon_svg, "icon.svg")
#endif
#if __has_include("index.html")
PLAIN(index_html, "index.html")
#endif
#if __has_include("js/account/password.js")
PLAIN(js_account_password_js, "js/account/password.js")
#endif
#if __has_include("js/account/sign-in.js")
PLAIN(js_account_sign_in_js, "js/account/sign-in.js")
#endif
#if __has_include("js/app.js")
PLAIN(js_app_js, "js/app.js")
#endif
#if __has_include("js/board/light.js")
PLAIN(js_board_light_js, "js/board/light.js")
#endif
#if __has_include("js/board/standing.js")
PLAIN(js_board_standing_js, "js/board/standing.js")
#endif
#if __has_include("js/board/view.js")
PLAIN(js_board_view_js, "js/board/view.js")
#endif
#if __has_include("js/core/api.js")
PLAIN(js_core_api_js, "js/core/api.js")
#endif
#if __has_include("js/core/dom.js")
PLAIN(js_core_dom_js, "js/core/dom.js")
#endif
#if __has_include("js/core/format.js")
PLAIN(js_core_format_js, "js/core/format.js")
#endif
#if __has_include("js/core/icons.js")
PLAIN(js_core_icons_js, "js/core/icons.js")
#endif
#if __has_include("js/core/live.js")
PLAIN(js_core_live_js, "js/core/live.js")
#endif
#if __has_include("js/core/router.js")
PLAIN(js_core_router_js, "js/core/router.js")
#endif
#if __has_include("js/core/session.js")
PLAIN(js_core_session_js, "js/core/session.js")
#endif
#if __has_include("js/core/store.js")
PLAIN(js_core_store_js, "js/core/store.js")
#endif
#if __has_include("js/frame.js")
PLAIN(js_frame_js, "js/frame.js")
#endif
#if __has_include("js/parts/button.js")
PLAIN(js_parts_button_js, "js/parts/button.js")
#endif
#if __has_include("js/parts/dialog.js")
PLAIN(js_parts_dialog_js, "js/parts/dialog.js")
#endif
#if __has_include("js/parts/field.js")
PLAIN(js_parts_field_js, "js/parts/field.js")
#endif
#if __has_include("js/parts/menu.js")
PLAIN(js_parts_menu_js, "js/parts/menu.js")
#endif
#if __has_include("js/parts/toast.js")
PLAIN(js_parts_toast_js, "js/parts/toast.js")
#endif
#if __has_include("js/printers/actions.js")
PLAIN(js_printers_actions_js, "js/printers/actions.js")
#endif
#if __has_include("js/printers/add.js")
PLAIN(js_printers_add_js, "js/printers/add.js")
#endif
#if __has_include("js/printers/camera.js")
PLAIN(js_printers_camera_js, "js/printers/camera.js")
#endif
#if __has_include("js/printers/card.js")
PLAIN(js_printers_card_js, "js/printers/card.js")
#endif
#if __has_include("js/printers/edit.js")
PLAIN(js_printers_edit_js, "js/printers/edit.js")
#endif
#if __has_include("js/printers/entry.js")
PLAIN(js_printers_entry_js, "js/printers/entry.js")
#endif
#if __has_include("js/printers/faults.js")
PLAIN(js_printers_faults_js, "js/printers/faults.js")
#endif
#if __has_include("js/printers/fleet.js")
PLAIN(js_printers_fleet_js, "js/printers/fleet.js")
#endif
#if __has_include("js/printers/heat.js")
PLAIN(js_printers_heat_js, "js/printers/heat.js")
#endif
#if __has_include("js/printers/job.js")
PLAIN(js_printers_job_js, "js/printers/job.js")
#endif
#if __has_include("js/printers/problems.js")
PLAIN(js_printers_problems_js, "js/printers/problems.js")
#endif
#if __has_include("js/printers/spools.js")
PLAIN(js_printers_spools_js, "js/printers/spools.js")
#endif
#if __has_include("js/printers/trust.js")
PLAIN(js_printers_trust_js, "js/printers/trust.js")
#endif
#if __has_include("js/printers/wall.js")
PLAIN(js_printers_wall_js, "js/printers/wall.js")
#endif
#if __has_include("js/settings/browser/answer.js")
PLAIN(js_settings_browser_answer_js, "js/settings/browser/answer.js")
#endif
#if __has_include("js/settings/browser/browser.js")
PLAIN(js_settings_browser_browser_js, "js/settings/browser/browser.js")
#endif
#if __has_include("js/settings/browser/document.js")
PLAIN(js_settings_browser_document_js, "js/settings/browser/document.js")
#endif
#if __has_include("js/settings/browser/json.js")
PLAIN(js_settings_browser_json_js, "js/settings/browser/json.js")
#endif
#if __has_include("js/settings/browser/socket.js")
PLAIN(js_settings_browser_socket_js, "js/settings/browser/socket.js")
#endif
#if __has_include("js/settings/browser/trial.js")
PLAIN(js_settings_browser_trial_js, "js/settings/browser/trial.js")
#endif
#if __has_include("js/settings/keys.js")
PLAIN(js_settings_keys_js, "js/settings/keys.js")
#endif
#if __has_include("js/settings/new-key.js")
PLAIN(js_settings_new_key_js, "js/settings/new-key.js")
#endif
#if __has_include("js/settings/shown-key.js")
PLAIN(js_settings_shown_key_js, "js/settings/shown-key.js")
#endif
#if __has_include("js/settings/view.js")
PLAIN(js_settings_view_js, "js/settings/view.js")
#endif
#if __has_include("style/base.css")
PLAIN(style_base_css, "style/base.css")
#endif
#if __has_include("style/board.css")
PLAIN(style_board_css, "style/board.css")
#endif
#if __has_include("style/layout.css")
PLAIN(style_layout_css, "style/layout.css")
#endif
#if __has_include("style/parts.css")
PLAIN(style_parts_css, "style/parts.css")
#endif
#if __has_include("style/printers.css")
PLAIN(style_printers_css, "style/printers.css")
#endif
#if __has_include("style/settings.css")
PLAIN(style_settings_css, "style/settings.css")
#endif

// The pages /docs and /redoc.
#if __has_include("docs/swagger.html")
PLAIN(docs_swagger_html, "docs/swagger.html")
#endif
#if __has_include("docs/swagger.js")
PLAIN(docs_swagger_js, "docs/swagger.js")
#endif
#if __has_include("docs/redoc.html")
PLAIN(docs_redoc_html, "docs/redoc.html")
#endif
#if __has_include("docs/redoc.js")
PLAIN(docs_redoc_js, "docs/redoc.js")
#endif
#if __has_include("docs/missing.html")
PLAIN(docs_missing_html, "docs/missing.html")
#endif

// Swagger UI and ReDoc, which Scripts/lib/web-assets.sh fetches into Vendor/web; without them the pages say how to get them.
#if __has_include("swagger-ui-bundle.js.gz")
PACKED(docs_swagger_ui_bundle_js, "docs/swagger-ui-bundle.js", "swagger-ui-bundle.js.gz")
#endif
#if __has_include("swagger-ui.css.gz")
PACKED(docs_swagger_ui_css, "docs/swagger-ui.css", "swagger-ui.css.gz")
#endif
#if __has_include("redoc.standalone.js.gz")
PACKED(docs_redoc_standalone_js, "docs/redoc.standalone.js", "redoc.standalone.js.gz")
#endif
