/* Prints the slip once it is drawn, and goes back to the number. ES5. */
(function () {
  "use strict";
  var back = document.querySelector(".after a").href;
  window.addEventListener("afterprint", function () { location.replace(back); });
  window.addEventListener("load", function () { window.print(); });
})();
