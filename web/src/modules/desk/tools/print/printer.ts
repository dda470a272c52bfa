/** Hands a page to the browser's printer, without margins of its own. */
export async function toPrinter(jpeg: Blob, size: string): Promise<void> {
  const picture = new Image();
  picture.className = 'print-sheet';
  picture.alt = '';
  picture.src = URL.createObjectURL(jpeg);
  await picture.decode();
  const rules = document.createElement('style');
  rules.textContent = `@page { size: ${size}; margin: 0 }`;
  document.head.append(rules);
  document.body.append(picture);
  const done = () => {
    picture.remove();
    rules.remove();
    URL.revokeObjectURL(picture.src);
  };
  window.addEventListener('afterprint', done, { once: true });
  window.print();
}
