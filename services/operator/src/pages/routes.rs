//! All routes of the operator's listener.

use actix_web::error::UrlencodedError;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use tally_http::{MalformedRequest, ProblemDetails, Reader, RequestRefusal};

use super::problem::PageProblem;
use super::{api, forms, frame, guard};

/// The longest body, in bytes: a postmortem, however it is written.
const MAX_BODY: usize = 1024 * 1024;

/// All routes of the operator's listener. They need `web::Data` of [`super::Operations`] and of
/// [`super::Access`].
pub fn routes(config: &mut web::ServiceConfig) {
    let unreadable = |error: UrlencodedError, _: &HttpRequest| {
        let cause = error.to_string();
        PageProblem(MalformedRequest::BodyWrong { cause }.into()).into()
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
    let problem = ProblemDetails::from(RequestRefusal::NotFound);
    if request.path().starts_with(guard::API) {
        problem.error_response()
    } else {
        frame::problem_page(&problem, Reader::of(&request).texts)
    }
}
