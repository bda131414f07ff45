// Passkeys: the browser asks the device, and its answer goes into the form. Loaded only where one is used.
"use strict";

(() => {
  const words = document.querySelector("[data-passkey-words]").dataset;
  const trouble = document.querySelector("[data-passkey-trouble]");

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function say(sentence) {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  }

  function asked(publicKey) {
    const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
    if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (options[list]) options[list] = options[list].map((known) => ({ ...known, id: bytes(known.id) }));
    }
    return options;
  }

  function answered(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }

  async function options(form) {
    if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async function create(form) {
    const { publicKey } = (await options(form)).creation_options;
    const alone = form.elements.passwordless && form.elements.passwordless.checked;
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: Boolean(alone),
      userVerification: alone ? "required" : "preferred",
    };
    return navigator.credentials.create({ publicKey: asked(publicKey) });
  }

  async function get(form) {
    const { publicKey } = (await options(form)).request_options;
    return navigator.credentials.get({ publicKey: asked(publicKey) });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!window.PublicKeyCredential) return say(words.unsupported);
      say("");
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
        form.elements.credential.value = JSON.stringify(answered(credential));
        form.submit();
      } catch (error) {
        const known = { NotAllowedError: words.cancelled, InvalidStateError: words.known, AbortError: words.cancelled };
        say(known[error.name] || words.failed);
        button.disabled = false;
      }
    });
  }
})();
