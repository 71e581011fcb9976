namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>Steps that make the hostile server echo its credential in every way, and then use what it echoed in every way.</summary>
internal static class HostileWorkflow
{
    private static readonly (string Tool, string Arguments)[] Echoes =
    [
        ("echo_raw", "{}"), ("echo_base64", """{"offset":0}"""), ("echo_base64", """{"offset":1}"""), ("echo_base64", """{"offset":2}"""),
        ("echo_base64url", "{}"), ("echo_hex", "{}"), ("echo_url", "{}"), ("echo_json", "{}"), ("echo_key", "{}"), ("echo_split", "{}"),
        ("echo_structured", "{}"), ("echo_stderr", "{}"), ("echo_rpc_error", "{}"), ("echo_is_error", "{}"), ("reject", "{}"),
        ("environment", "{}"), ("argv", "{}"), ("flood_stderr", """{"lines":300}"""),
    ];

    // After these the session is gone or broken.
    private static readonly string[] Breaking =
    [
        Call("too-large", "big", """{"bytes":2000000}"""), Call("deep", "deep"), Call("junk", "junk", "{}", "\"timeout_s\":2"), Call("timeout", "hang", "{}", "\"timeout_s\":0.5"),
        Call("unknown", "not_there"), Call("exception", "echo_exception"), Call("crash", "crash"),
    ];

    /// <summary>A tool call that may fail.</summary>
    public static string Call(string id, string tool, string arguments = "{}", string more = "\"enabled\":true") =>
        $$"""{"id":"{{id}}","type":"mcp_call","server":"hostile","tool_name":"{{tool}}","tool_args":{{arguments}},"on_error":"continue",{{more}}}""";

    /// <summary>Every echo, each passed on to the next call.</summary>
    public static string EchoAndPassOn() => Chain(Echoes.SelectMany((echo, i) => new[]
    {
        Call($"e{i}", echo.Tool, echo.Arguments),
        Call($"p{i}", "whoami", $$$"""{"whole":"{{steps.e{{{i}}}.result | \"none\"}}","part":"got {{steps.e{{{i}}}.result | \"none\"}} there"}"""),
    }));

    /// <summary>Everything that can be wrong around a result that holds a credential.</summary>
    public static string UseWrongly() => Chain(
    [
        Call("r", "echo_raw"),
        Call("s", "echo_structured"),
        Call("schema-const", "echo_raw", "{}", """ "output_schema":{"const":"something else"} """),
        Call("schema-deep", "echo_structured", "{}", """ "output_schema":{"type":"object","additionalProperties":false,"properties":{"key":{"type":"integer"},"list":{"items":{"enum":[1,2],"maxLength":2,"pattern":"^z$"}}}} """),
        Call("schema-key", "echo_key", "{}", """ "output_schema":{"type":"object","properties":{"outer":{"type":"object","properties":{"list":{"items":{"additionalProperties":false,"propertyNames":{"maxLength":1}}}}}}} """),
        Call("schema-input", "whoami", """{"a":"{{steps.r.result}}"}""", """ "input_schema":{"properties":{"a":{"maxLength":1,"pattern":"^z$","enum":["a"],"format":"uri"}}} """),
        Call("missing-member", "whoami", """{"a":"{{steps.r.result.not.there}} and {{steps.s.result.nothing}}"}"""),
        Call("missing-index", "whoami", """{"a":"{{steps.s.result.list[7]}} and {{steps.s.result.key.deeper}}"}"""),
        Call("condition", "whoami", "{}", """ "condition":"steps.r.result == 'x' || contains(steps.s.result.key, 'zzz')" """),
        Call("condition-wrong", "whoami", "{}", """ "condition":"sum(steps.r.result) > `1`" """),
        Transform("copy", "{a: steps.r.result, b: to_string(steps.s.result), c: reverse(steps.s.result.list), d: keys(steps.s.result)}"),
        Transform("wrong", "abs(steps.r.result)"),
        Transform("wrong-join", "join(steps.r.result, steps.s.result)"),
        """{"id":"wait-text","type":"wait","seconds":"{{steps.r.result}}","on_error":"continue"}""",
        """{"id":"wait-until","type":"wait","until":"{{steps.r.result}}","on_error":"continue"}""",
        """{"id":"loop-text","type":"for_each","for_each_items":"{{steps.r.result}}","for_each_body_steps":[{"id":"b1","type":"transform","expression":"item"}],"on_error":"continue"}""",
        """{"id":"loop","type":"for_each","for_each_items":"{{steps.s.result.list}}","for_each_error_policy":"continue_on_error","for_each_body_steps":[{"id":"b2","type":"mcp_call","server":"hostile","tool_name":"echo_is_error","tool_args":{"i":"{{item}}"}}],"on_error":"continue"}""",
    ]);

    /// <summary>The echo that is first, then whatever breaks a session, then an end that fails the run with an error that holds the credential.</summary>
    public static string Break() => Chain(
    [
        Call("first", "echo_raw"),
        .. Breaking,
        """{"id":"last","type":"mcp_call","server":"hostile","tool_name":"echo_is_error","retry":{"max_attempts":2,"backoff_s":0.01},"idempotent":true}""",
    ]);

    private static string Transform(string id, string expression) =>
        $$"""{"id":"{{id}}","type":"transform","expression":"{{expression}}","on_error":"continue"}""";

    // One after the other, so that a broken session is never another step's; and all after the first, so that a skipped step skips no other.
    private static string Chain(IEnumerable<string> steps)
    {
        var chained = new List<string>();
        string? first = null;
        string? before = null;
        foreach (var step in steps)
        {
            chained.Add(first is null ? step : $"{step[..^1]},\"depends_on\":[{string.Join(',', new[] { first, before }.Distinct(StringComparer.Ordinal).Select(id => $"\"{id}\""))}]}}");
            before = System.Text.Json.JsonElement.Parse(step).GetProperty("id").GetString();
            first ??= before;
        }

        return string.Join(",\n", chained);
    }
}
