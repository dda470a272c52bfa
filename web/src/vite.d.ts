import 'react';

declare module '*?worker&url' {
  const url: string;
  export default url;
}

declare module 'react' {
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
