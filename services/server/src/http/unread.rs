//! Bodies in chunks that no handler reads.
//!
//! The server would read the rest of such a body after the answer, without a deadline, to keep the
//! connection. A body that never ends would keep the connection for ever. So it is held until the
//! answer is sent, and then the connection ends, as with an unread body of a known length.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::{Stream, stream};

type Shared = Rc<RefCell<Payload>>;

/// Ends the connection after an answer to a request whose body in chunks was not read.
pub async fn end_connection(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let shared = Rc::new(RefCell::new(request.take_payload()));
    let read = shared.clone();
    let parts = stream::poll_fn(move |cx| Pin::new(&mut *read.borrow_mut()).poll_next(cx));
    request.set_payload(Payload::Stream {
        payload: Box::pin(parts),
    });
    let answer = next.call(request).await?;
    Ok(answer.map_body(|_, body| {
        BoxBody::new(Holding {
            body: Box::pin(body),
            _unread: shared,
        })
    }))
}

/// The body of an answer, and what is left of the body of its request.
struct Holding<B> {
    body: Pin<Box<B>>,
    _unread: Shared,
}

impl<B: MessageBody> MessageBody for Holding<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_mut().poll_next(cx)
    }
}
