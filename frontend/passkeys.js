// Passkeys: <form data-passkey="create|get|login"> with a hidden input named credential; options stand in the JSON of #passkey-options,
// or, for a sign-in without a name, are fetched from the form's address.
export function passkeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      form.querySelector("[data-unable]")?.removeAttribute("hidden");
      form.querySelector("button[type=submit]")?.setAttribute("disabled", "");
      continue;
    }
    form.addEventListener("submit", (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      ask(form).then(
        (credential) => {
          form.elements.credential.value = JSON.stringify(credential.toJSON());
          form.submit();
        },
        () => form.querySelector("[data-refused]")?.removeAttribute("hidden"),
      );
    });
  }
}

async function ask(form) {
  if (form.dataset.passkey === "create") {
    const options = told().creation_options.publicKey;
    const alone = form.elements.passwordless?.checked ?? false;
    options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    if (alone) options.authenticatorSelection.userVerification = "required";
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  let options;
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    options = (await answer.json()).request_options.publicKey;
  } else options = told().request_options.publicKey;
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function told() {
  return JSON.parse(document.getElementById("passkey-options").textContent);
}
