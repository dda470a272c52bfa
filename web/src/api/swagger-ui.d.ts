declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  /** What of the settings is used here. */
  interface Settings {
    url: string;
    domNode: HTMLElement | null;
    deepLinking: boolean;
    docExpansion: 'none';
    filter: boolean;
    validatorUrl: null;
    tagsSorter: 'alpha';
  }
  const show: (settings: Settings) => unknown;
  export default show;
}
