import "../css/app.css"
import { Application, type ControllerConstructor } from "@hotwired/stimulus"
import htmx from "htmx.org"
import { forgetAll } from "./lib/drafts"
import { tendKept } from "./lib/keeping"
import { noteLook } from "./lib/look"
import { person } from "./lib/page"
import { toast } from "./lib/toast"

const application = Application.start()
const modules = import.meta.glob<{ default: ControllerConstructor }>("./controllers/*_controller.ts", { eager: true })
for (const [path, module] of Object.entries(modules)) {
  const name = path.replace(/^.*\/(.*)_controller\.ts$/, "$1").replaceAll("_", "-")
  application.register(name, module.default)
}

// What was written here belongs to whoever wrote it, not to the next person at this desk.
if (!person()) forgetAll()
noteLook()
void tendKept().catch(() => {}) // a browser that keeps nothing

htmx.on("htmx:error", () => toast("bad", document.body.dataset.unreachable ?? ""))
