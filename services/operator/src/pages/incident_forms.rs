//! The forms by which an operator acts on an incident.

use maud::{Markup, html};
use tally_messages::Texts;

use super::shapes::Incident;

/// One form: what it does, and what is written into it.
struct Form<'a> {
    incident: &'a Incident,
    act: &'static str,
    summary: String,
    button: String,
}

impl Form<'_> {
    fn render(&self, is_plain: bool, fields: &Markup) -> Markup {
        let action = format!("/ops/incidents/{}/{}", self.incident.id, self.act);
        html! {
            details {
                summary { (self.summary) }
                form method="post" action=(action) {
                    (fields)
                    button.plain[is_plain] type="submit" { (self.button) }
                }
            }
        }
    }

    fn input_line(&self, name: &str, label: &str, value: &str) -> Markup {
        let id = format!("{}-{}-{name}", self.incident.id, self.act);
        html! { label for=(id) { (label) } input id=(id) name=(name) value=(value) required; }
    }

    fn text_area(&self, name: &str, label: &str) -> Markup {
        let id = format!("{}-{}-{name}", self.incident.id, self.act);
        html! { label for=(id) { (label) } textarea id=(id) name=(name) rows="4" required {} }
    }
}

/// The forms that the incident's stage allows.
pub(super) fn forms(incident: &Incident, texts: &Texts) -> Markup {
    html! {
        div.acts {
            @match incident.stage.as_str() {
                "proposed" => { (confirm(incident, texts)) (dismiss(incident, texts)) }
                "resolved" => { (postmortem(incident, texts)) }
                "dismissed" => {}
                _ => { (update(incident, texts)) (resolve(incident, texts)) }
            }
        }
    }
}

fn confirm(incident: &Incident, texts: &Texts) -> Markup {
    let form = Form {
        incident,
        act: "confirm",
        summary: texts.act_confirm_summary(),
        button: texts.act_confirm(),
    };
    let fields = html! {
        (form.input_line("title", &texts.act_confirm_title(), &incident.title))
        (form.text_area("message", &texts.act_confirm_message()))
    };
    form.render(false, &fields)
}

fn dismiss(incident: &Incident, texts: &Texts) -> Markup {
    let form = Form {
        incident,
        act: "dismiss",
        summary: texts.act_dismiss_summary(),
        button: texts.act_dismiss(),
    };
    form.render(true, &form.input_line("reason", &texts.act_dismiss_reason(), ""))
}

fn postmortem(incident: &Incident, texts: &Texts) -> Markup {
    let form = Form {
        incident,
        act: "postmortem",
        summary: match incident.postmortem.is_some() {
            true => texts.act_postmortem_again(),
            false => texts.act_postmortem_summary(),
        },
        button: texts.act_publish(),
    };
    form.render(false, &form.text_area("text", &texts.act_postmortem_text()))
}

fn update(incident: &Incident, texts: &Texts) -> Markup {
    let form = Form {
        incident,
        act: "update",
        summary: texts.act_update_summary(),
        button: texts.act_publish(),
    };
    let fields = html! {
        (phases(incident, texts))
        (form.text_area("message", &texts.act_update_message()))
    };
    form.render(false, &fields)
}

fn resolve(incident: &Incident, texts: &Texts) -> Markup {
    let form = Form {
        incident,
        act: "resolve",
        summary: texts.act_resolve_summary(),
        button: texts.act_resolve(),
    };
    form.render(false, &form.text_area("message", &texts.act_resolve_message()))
}

fn phases(incident: &Incident, texts: &Texts) -> Markup {
    let id = format!("{}-phase", incident.id);
    html! {
        label for=(id) { (texts.act_progress()) }
        select id=(id) name="phase" {
            @for (phase, meaning) in [
                ("investigating", texts.act_phase_investigating()),
                ("identified", texts.act_phase_identified()),
                ("monitoring", texts.act_phase_monitoring()),
            ] {
                option value=(phase) selected[phase == incident.stage] { (meaning) }
            }
        }
    }
}
