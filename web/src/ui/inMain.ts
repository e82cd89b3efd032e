/** Where what pops up belongs: among the page's content, so that a screen reader finds it there. */
export function inMain(node: HTMLElement): HTMLElement {
  return node.closest('main') ?? document.body
}
