// Starts the viewer on this server's own description; nothing is fetched from elsewhere.
const place = document.getElementById("docs");
SwaggerUIBundle({ domNode: place, url: place.dataset.url, validatorUrl: null, docExpansion: "none", deepLinking: true });
