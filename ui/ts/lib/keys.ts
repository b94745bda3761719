const ALGORITHM = { name: "Ed25519" }

export const base64 = (bytes: ArrayBuffer | Uint8Array) =>
  btoa(String.fromCharCode(...(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))))

const bytesOf = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))

/** Makes an Ed25519 key pair: the public half in base64, the private one as a PEM file's text. */
export async function makeKey(): Promise<{ open: string; pem: string }> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair
  const open = base64(await crypto.subtle.exportKey("raw", pair.publicKey))
  const closed = base64(await crypto.subtle.exportKey("pkcs8", pair.privateKey))
  const lines = closed.match(/.{1,64}/g) ?? []
  return { open, pem: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n") }
}

/** Signs `text` with the private key in a PEM file's text, and returns the line of a signed note. */
export async function signedLine(pem: string, text: string, name: string, id: string): Promise<string> {
  const closed = bytesOf(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""))
  const key = await crypto.subtle.importKey("pkcs8", closed, ALGORITHM, false, ["sign"])
  const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, new TextEncoder().encode(text)))
  const mark = Uint8Array.from(id.match(/../g) ?? [], (one) => Number.parseInt(one, 16))
  return `— ${name} ${base64(new Uint8Array([...mark, ...signature]))}`
}

export function saveFile(name: string, text: string) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
