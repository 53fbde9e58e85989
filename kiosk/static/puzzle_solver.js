/* Solves a puzzle beside the page, in a worker: looks for the number whose SHA-256, after salt and
   nonce, begins as the puzzle says (ALTCHA, version 2, algorithm SHA-256 with cost 1). It computes
   SHA-256 itself (FIPS 180-4), because browsers lend theirs to https alone, and because salt, nonce
   and number fill one block of which only one word changes. ES5. */
(function () {
  "use strict";
  var K = [], START = [], AT_ONCE = 20000;

  /* The first 32 bits of the fractional parts of the cube and square roots of the first primes. */
  (function () {
    var found = 0, n, d;
    function bits(root) { return (root - Math.floor(root)) * 4294967296 | 0; }
    for (n = 2; found < 64; n++) {
      for (d = 2; d * d <= n && n % d; d++) { /* until it divides */ }
      if (d * d > n) {
        if (found < 8) { START.push(bits(Math.sqrt(n))); }
        K.push(bits(Math.pow(n, 1 / 3)));
        found++;
      }
    }
  })();

  function words(hex) {
    var found = [], at;
    for (at = 0; at < hex.length; at += 8) { found.push(parseInt(hex.substr(at, 8), 16) | 0); }
    return found;
  }

  function hex(numbers) {
    return numbers.map(function (n) { return ("0000000" + (n >>> 0).toString(16)).slice(-8); }).join("");
  }

  /* Writes the hash of the block in the first 16 words of w into h. */
  function hash(w, h) {
    var a = START[0], b = START[1], c = START[2], d = START[3];
    var e = START[4], f = START[5], g = START[6], i = START[7];
    var t, x, y, one, two;
    for (t = 16; t < 64; t++) {
      x = w[t - 15]; y = w[t - 2];
      w[t] = (w[t - 16] + w[t - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10))) | 0;
    }
    for (t = 0; t < 64; t++) {
      one = (i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
        ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
        ((a & b) ^ (a & c) ^ (b & c))) | 0;
      i = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    h[0] = (START[0] + a) | 0; h[1] = (START[1] + b) | 0; h[2] = (START[2] + c) | 0; h[3] = (START[3] + d) | 0;
    h[4] = (START[4] + e) | 0; h[5] = (START[5] + f) | 0; h[6] = (START[6] + g) | 0; h[7] = (START[7] + i) | 0;
  }

  self.onmessage = function (message) {
    var puzzle = message.data.challenge.parameters, most = message.data.work;
    var prefix = words(puzzle.keyPrefix), w = new Int32Array(64), h = new Int32Array(8);
    var n, at, first = words(puzzle.salt).concat(words(puzzle.nonce));
    for (at = 0; at < 8; at++) { w[at] = first[at]; }
    w[9] = 0x80000000 | 0; /* the end of 36 bytes, and how many bits those are */
    w[15] = 288;
    for (n = 0; n < most; n++) {
      w[8] = n;
      hash(w, h);
      if (h[0] === prefix[0] && h[1] === prefix[1] && h[2] === prefix[2] && h[3] === prefix[3]) {
        self.postMessage({ counter: n, derivedKey: hex([].slice.call(h)) });
        return;
      }
      if (n % AT_ONCE === 0) { self.postMessage({ share: n / most }); }
    }
    self.postMessage({ failed: true });
  };
})();
