// Every file of the page: PLAIN(symbol, "path below Sources/Web/Page"), or, packed beforehand with gzip,
// PACKED(symbol, "name that it is served under", "path of the packed file").
//
// __has_include makes each file a dependency of assets.c, so that a changed file is built in anew; a comparison of this
// list with the folder (Tests/WebTests) finds what is missing.

#if __has_include("index.html")
PLAIN(index_html, "index.html")
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
