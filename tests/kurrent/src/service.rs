//! The calls a node answers.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::BoxStream;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codec::ProstCodec;
use tonic::codegen::http;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::{
    ClientStreamingService, Grpc, NamedService, ServerStreamingService, StreamingService, UnaryService,
};
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

use crate::node::{Caller, Node};
use crate::{append, prompt, read, wire};

pub async fn serve(listener: std::net::TcpListener, node: Arc<Node>) {
    listener.set_nonblocking(true).unwrap();
    let incoming = prompt::incoming(TcpListener::from_std(listener).unwrap(), Arc::clone(&node));
    let served = Server::builder()
        .add_service(Gossip(Arc::clone(&node)))
        .add_service(Features(Arc::clone(&node)))
        .add_service(Streams(node))
        .serve_with_incoming(incoming);
    drop(served.await);
}

#[derive(Clone)]
struct Gossip(Arc<Node>);
#[derive(Clone)]
struct Features(Arc<Node>);
#[derive(Clone)]
struct Streams(Arc<Node>);

impl NamedService for Gossip {
    const NAME: &'static str = "event_store.client.gossip.Gossip";
}
impl NamedService for Features {
    const NAME: &'static str = "event_store.client.server_features.ServerFeatures";
}
impl NamedService for Streams {
    const NAME: &'static str = "event_store.client.streams.Streams";
}

type Answer = BoxFuture<http::Response<Body>, Infallible>;

macro_rules! served {
    ($service:ident) => {
        impl Service<http::Request<Body>> for $service {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = Answer;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Answer {
                let node = Arc::clone(&self.0);
                Box::pin(async move { Ok(Self::answer(node, request).await) })
            }
        }
    };
}

served!(Gossip);
served!(Features);
served!(Streams);

impl Gossip {
    async fn answer(node: Arc<Node>, request: http::Request<Body>) -> http::Response<Body> {
        Grpc::new(ProstCodec::default())
            .unary(GossipRead(node), request)
            .await
    }
}

impl Features {
    async fn answer(node: Arc<Node>, request: http::Request<Body>) -> http::Response<Body> {
        Grpc::new(ProstCodec::default())
            .unary(SupportedMethods(node), request)
            .await
    }
}

impl Streams {
    async fn answer(node: Arc<Node>, request: http::Request<Body>) -> http::Response<Body> {
        match request.uri().path().rsplit('/').next() {
            Some("Append") => {
                Grpc::new(ProstCodec::default())
                    .client_streaming(Append(node), request)
                    .await
            }
            Some("BatchAppend") => {
                Grpc::new(ProstCodec::default())
                    .streaming(BatchAppend(node), request)
                    .await
            }
            Some("Read") => {
                Grpc::new(ProstCodec::default())
                    .server_streaming(Read(node), request)
                    .await
            }
            _ => Status::unimplemented("this double does not know it").into_http(),
        }
    }
}

type Answered<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send>>;
type Responses<T> = BoxStream<'static, Result<T, Status>>;

struct GossipRead(Arc<Node>);

impl UnaryService<()> for GossipRead {
    type Response = wire::ClusterInfo;
    type Future = Answered<wire::ClusterInfo>;

    /// Anyone may ask without a user, and no one with a wrong one.
    fn call(&mut self, request: Request<()>) -> Self::Future {
        let node = Arc::clone(&self.0);
        let authorization = request.metadata().get("authorization");
        let caller = node.find_caller(authorization.and_then(|value| value.to_str().ok()));
        Box::pin(async move {
            match caller {
                Caller::Unknown => Err(Status::unauthenticated("Unauthenticated")),
                Caller::Full | Caller::Limited | Caller::Anonymous => Ok(Response::new(node.gossip().await)),
            }
        })
    }
}

struct SupportedMethods(Arc<Node>);

impl UnaryService<()> for SupportedMethods {
    type Response = wire::SupportedMethods;
    type Future = Answered<wire::SupportedMethods>;

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let node = Arc::clone(&self.0);
        Box::pin(async move {
            let methods = wire::SupportedMethods {
                methods: vec![wire::SupportedMethod {
                    method_name: "batchappend".to_owned(),
                    service_name: "event_store.client.streams.streams".to_owned(),
                    features: vec!["deadline_duration".to_owned()],
                }],
                server_version: "26.1.0".to_owned(),
            };
            Ok(Response::new(node.slowly(async { methods }).await))
        })
    }
}

struct Append(Arc<Node>);

impl ClientStreamingService<wire::AppendReq> for Append {
    type Response = wire::AppendResp;
    type Future = Answered<wire::AppendResp>;

    fn call(&mut self, request: Request<Streaming<wire::AppendReq>>) -> Self::Future {
        Box::pin(append::append(Arc::clone(&self.0), request))
    }
}

struct BatchAppend(Arc<Node>);

impl StreamingService<wire::BatchAppendReq> for BatchAppend {
    type Response = wire::BatchAppendResp;
    type ResponseStream = Responses<wire::BatchAppendResp>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Streaming<wire::BatchAppendReq>>) -> Self::Future {
        let node = Arc::clone(&self.0);
        let rights = self.0.rights(request.metadata());
        ready(rights.map(|rights| Response::new(append::batch(node, rights, request.into_inner()))))
    }
}

struct Read(Arc<Node>);

impl ServerStreamingService<wire::ReadReq> for Read {
    type Response = wire::ReadResp;
    type ResponseStream = Responses<wire::ReadResp>;
    type Future = Answered<Self::ResponseStream>;

    fn call(&mut self, request: Request<wire::ReadReq>) -> Self::Future {
        let node = Arc::clone(&self.0);
        Box::pin(async move {
            let rights = node.rights(request.metadata())?;
            read::read(node, rights, request.into_inner())
                .await
                .map(Response::new)
        })
    }
}
