// Takes the code of an invitation from behind the # of its link, which is sent to no server, and out of the history.
"use strict";

{
  const code = document.getElementById("code");
  if (location.hash.length > 1) {
    code.value = location.hash.slice(1);
    history.replaceState(history.state, "", location.pathname + location.search);
    document.getElementById("password").focus();
  }
}
