import 'swagger-ui-dist/swagger-ui.css';
import SwaggerUIBundle from 'swagger-ui-dist/swagger-ui-es-bundle.js';

/** The document of the server's routes as a page, with every route to try by the session that one has. */
SwaggerUIBundle({
  url: '/api/openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  // The document is never sent anywhere to be checked.
  validatorUrl: null,
  tagsSorter: 'alpha',
});
