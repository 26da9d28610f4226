"""What schemathesis's own checks can't know of the routes of questions: which refusals are right, and what a batch is."""

import json

import jsonschema_rs
import schemathesis

# The largest body.
MOST_BODY = 2 << 20

# What depends on the knowledge that is served, of which a description can't tell.
OF_THE_KNOWLEDGE = {"bad-question", "no-such-commit", "faulty-commit", "no-repository"}


def schema_of(case):
    body = case.operation.schema.raw_schema["paths"][case.operation.path]["post"]["requestBody"]
    return body["content"]["application/json"]["schema"]


def is_of(schema, value):
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(value)


@schemathesis.check
def refused_for_what_the_knowledge_says(ctx, response, case):
    """A request that is as described is refused for nothing that could have been described."""
    if case.meta is None or case.meta.generation.mode.is_negative or response.status_code < 400:
        return
    code = response.json()["code"]
    if code == "too-large" and len(response.request.body or b"") > MOST_BODY:
        return
    assert code in OF_THE_KNOWLEDGE, f"`{code}` to a request that is as described: {response.json()}"


@schemathesis.check
def a_batch_answers_each_request(ctx, response, case):
    """A batch that is none is refused; of one that is, each request has its answer, or its problem where it is not as described."""
    if case.operation.method.lower() != "post" or response.request.method != "POST":
        return
    schema = schema_of(case)
    most = schema["properties"]["requests"]["maxItems"]
    if response.status_code != 200:
        return
    sent = json.loads(response.request.body)
    requests = sent.get("requests") if isinstance(sent, dict) else None
    assert set(sent) == {"requests"} and 0 < len(requests) <= most, "what is no batch was answered"
    answers = response.json()["answers"]
    assert len(answers) == len(requests), "not as many answers as requests"
    for request, answer in zip(requests, answers):
        if isinstance(request, dict):
            # What may be left out may be null too: some clients send all that there could be.
            wanted = schema["properties"]["requests"]["items"].get("required", [])
            request = {name: value for name, value in request.items() if value is not None or name in wanted}
        code = answer.get("code") if isinstance(answer, dict) and "type" in answer else None
        if is_of(schema["properties"]["requests"]["items"], request):
            assert code is None or code in OF_THE_KNOWLEDGE, f"`{code}` to {request}, which is as described"
        else:
            assert code is not None, f"{request} is not as described, and was answered"
