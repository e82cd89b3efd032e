/** Ticks every half second, also in a hidden page: browsers slow a page's own timers down, not a worker's. */
setInterval(() => {
  postMessage(0)
}, 500)
