// Every file of the page: PLAIN(symbol, "path below Sources/Web/Page"), or, packed beforehand with gzip,
// PACKED(symbol, "name that it is served under", "path of the packed file").
//
// __has_include makes each file a dependency of assets.c, so that a changed file is built in anew; a comparison of this
// list with the folder (Tests/WebTests) finds what is missing.

#if __has_include("index.html")
PLAIN(index_html, "index.html")
#endif
