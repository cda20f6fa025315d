"use strict";

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  displayRequestDuration: true,
  // the key stays in this page's memory: a shared browser must not keep it
  persistAuthorization: false,
  validatorUrl: null,
});
