import { Controller } from "@hotwired/stimulus"
import { listen } from "../lib/socket"
import { person } from "../lib/page"

/**
 * Names who is writing in a channel, and goes quiet by itself. Frames: `typing` with `data.user = {id, name}`.
 *
 * @example <p class="typing" aria-live="polite" data-controller="typing" data-typing-topic-value="channel:6f1c"
 *             data-typing-one-value="{a} is typing" data-typing-two-value="{a} and {b} are typing" data-typing-many-value="Several people are typing">
 *            <span class="typing-dots" aria-hidden="true" data-typing-target="dots" hidden><i></i><i></i><i></i></span><span data-typing-target="text"></span></p>
 */
export default class TypingController extends Controller<HTMLElement> {
  static targets = ["dots", "text"]
  static values = { topic: String, one: String, two: String, many: String, quietAfter: { type: Number, default: 5000 } }
  declare readonly dotsTarget: HTMLElement
  declare readonly textTarget: HTMLElement
  declare readonly topicValue: string
  declare readonly oneValue: string
  declare readonly twoValue: string
  declare readonly manyValue: string
  declare readonly quietAfterValue: number
  #leave: (() => void)[] = []
  #writing = new Map<string, { name: string; timer: number }>()

  connect() {
    this.#leave = [
      listen(this.topicValue, "typing", ({ user }) => user && this.#add(user)),
      listen(this.topicValue, "message.posted", ({ author }) => author && this.#remove(author.id)),
    ]
  }

  disconnect() {
    for (const leave of this.#leave) leave()
    for (const { timer } of this.#writing.values()) clearTimeout(timer)
    this.#writing.clear()
  }

  #add({ id, name }: { id: string; name: string }) {
    if (id === person()) return
    clearTimeout(this.#writing.get(id)?.timer)
    this.#writing.set(id, { name, timer: window.setTimeout(() => this.#remove(id), this.quietAfterValue) })
    this.#draw()
  }

  #remove(id: string) {
    clearTimeout(this.#writing.get(id)?.timer)
    if (this.#writing.delete(id)) this.#draw()
  }

  #draw() {
    const [a = "", b = ""] = [...this.#writing.values()].map(({ name }) => name)
    const words = ["", this.oneValue, this.twoValue][this.#writing.size] ?? this.manyValue
    this.dotsTarget.hidden = !this.#writing.size
    this.textTarget.textContent = words.replace("{a}", a).replace("{b}", b)
  }
}
