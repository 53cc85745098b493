// Swagger UI over this service's own description; nothing is asked of anybody else.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  // The key that is entered stays in memory.
  persistAuthorization: false,
  queryConfigEnabled: false,
});
