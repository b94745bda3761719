import { Controller } from "@hotwired/stimulus"

type Options = { publicKey: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON }

/**
 * Asks the device for a passkey, or for a proof by one, and sends it along with its form.
 *
 * Options come with the page, or from `url` when somebody asks. What the page offers stays hidden where
 * the browser knows no passkeys.
 *
 * @example <form hidden data-controller="passkey" data-passkey-options-value="{…}" data-action="passkey#prove">
 *            <input type="hidden" name="credential" data-passkey-target="credential">
 *            <button>Sign in with a passkey</button>
 *            <p hidden role="alert" data-passkey-target="refused">That did not work.</p></form>
 */
export default class PasskeyController extends Controller<HTMLFormElement> {
  static values = { options: Object, url: String }
  static targets = ["credential", "refused"]
  declare readonly optionsValue: Options
  declare readonly urlValue: string
  declare readonly credentialTarget: HTMLInputElement
  declare readonly refusedTarget: HTMLElement

  connect() {
    this.element.hidden = !("PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential)
  }

  make(event: Event) {
    return this.#send(event, ({ publicKey }) =>
      navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
    )
  }

  prove(event: Event) {
    return this.#send(event, ({ publicKey }) =>
      navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }),
    )
  }

  async #send(event: Event, ask: (options: Options) => Promise<Credential | null>) {
    event.preventDefault()
    this.refusedTarget.hidden = true
    try {
      const credential = (await ask(await this.#options())) as PublicKeyCredential
      this.credentialTarget.value = JSON.stringify(credential.toJSON())
      this.element.submit()
    } catch {
      this.refusedTarget.hidden = false // refused, timed out, or no such passkey: the browser does not say which
    }
  }

  async #options(): Promise<Options> {
    if (!this.urlValue) return this.optionsValue
    const answer = await fetch(this.urlValue, { headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" } })
    return (await answer.json()).request_options
  }
}
