// An error page needs the looks and no behaviour: nothing on it may depend on what just broke.
import "../css/app.css"
