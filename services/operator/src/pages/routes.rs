//! All routes of the operator's listener.

use actix_web::error::UrlencodedError;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use tally_http::ProblemDetails;

use super::problem::{OpsProblem, PageProblem};
use super::{api, forms, frame, guard};

/// The longest body, in bytes: a postmortem, however it is written.
const MAX_BODY: usize = 1024 * 1024;

/// All routes of the operator's listener. They need `web::Data` of [`super::Operations`] and of
/// [`super::Access`].
pub fn routes(config: &mut web::ServiceConfig) {
    let unreadable = |error: UrlencodedError, _: &HttpRequest| {
        let problem = ProblemDetails::malformed(format!("The form cannot be read: {error}."));
        PageProblem(OpsProblem(problem)).into()
    };
    config
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .app_data(
            web::FormConfig::default()
                .limit(MAX_BODY)
                .error_handler(unreadable),
        )
        .configure(api::routes)
        .configure(forms::routes)
        .default_service(web::to(not_found));
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    let problem = ProblemDetails::not_found("Check the address.");
    if request.path().starts_with(guard::API) {
        problem.error_response()
    } else {
        frame::problem_page(&problem)
    }
}
