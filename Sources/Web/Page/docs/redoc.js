// ReDoc over this service's own description; its fonts are those of the system, so that nothing is asked of anybody else.
const family = "system-ui, sans-serif";
Redoc.init(
  "/openapi.json",
  {
    theme: { typography: { fontFamily: family, headings: { fontFamily: family }, code: { fontFamily: "monospace" } } },
    hideDownloadButton: false,
    sortRequiredPropsFirst: true,
  },
  document.getElementById("api"),
);
