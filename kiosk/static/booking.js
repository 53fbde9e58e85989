/* Counts down how long a time is kept, and asks the page what has become of it once that is over.
   Every page of booking works without this. ES5: public hardware is old. */
(function () {
  "use strict";
  var kept = document.getElementById("kept");
  if (!kept) { return; }
  var left = document.getElementById("left");
  var ends = Date.now() + Number(kept.getAttribute("data-left")) * 1000;
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function tell() {
    var seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    left.textContent = Math.floor(seconds / 60) + ":" + two(seconds % 60);
    left.hidden = false;
    if (seconds <= 60) { kept.className = "kept tn short"; }
    if (seconds === 0) {
      clearInterval(counting);
      location.replace(location.pathname);
    }
  }
  var counting = setInterval(tell, 1000);
  tell();
})();
