// The code holds for less than half a minute: the form sends itself. Without scripts there is the button.
"use strict";

document.getElementById("check-in")?.requestSubmit();
