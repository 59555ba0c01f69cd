//! Refusals as HTTP answers.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::platform::Refusal;

/// An error in the shape of Jira's REST interface.
pub fn jira_error(message: &str) -> Value {
    json!({"errorMessages": [message], "errors": {}})
}

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSite(_) => "unknown_site",
            Self::UnknownAct(_) => "unknown_act",
            Self::SiteName(_) => "site_name",
            Self::ActRefusal(_) => "not_possible",
            Self::Descriptor { .. } => "descriptor_unreadable",
            Self::NoToken(_) => "no_token",
            Self::Signing(_) => "signing_failed",
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::UnknownSite(_) | Self::UnknownAct(_) => StatusCode::NOT_FOUND,
            Self::SiteName(_) | Self::ActRefusal(_) | Self::NoToken(_) => StatusCode::CONFLICT,
            Self::Descriptor { .. } => StatusCode::BAD_GATEWAY,
            Self::Signing(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::build(self.status_code())
            .json(json!({"error": self.code(), "message": self.to_string()}))
    }
}
