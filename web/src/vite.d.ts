import 'react';

declare module '*?worker&url' {
  const url: string;
  export default url;
}

declare module 'react' {
  interface CSSProperties {
    '--swatch'?: string | undefined;
    '--bar'?: string | undefined;
    '--zoom'?: number | undefined;
  }
}
