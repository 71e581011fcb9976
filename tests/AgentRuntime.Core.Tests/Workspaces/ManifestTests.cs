using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Core.Tests.Workspaces;

public sealed class ManifestTests
{
    private static readonly string Root = Path.GetFullPath("/ws");

    [Fact]
    public void Reads_an_http_manifest()
    {
        var manifest = Valid("""
            { // comments are fine here
              "name": "crm", "$schema": "x", "description": "The CRM",
              "transport": { "type": "http", "url": "http://127.0.0.1:7001/mcp" },
              "credentials": {
                "read": { "type": "bearer" },
                "basic": { "type": "basic" },
                "key": { "type": "api_key", "header": "X-Api-Key", "format": "Token {value}" },
                "query": { "type": "api_key", "query": "api_key" },
                "custom": { "type": "custom_headers", "headers": { "X-Id": "{id}", "X-Sig": "v1 {token}" }, "shared": "google/workspace" },
              },
              "tools": { "find_customer": { "scope": "read" }, "ping": { "scope": null }, "put": { "scope": "key", "idempotent": true } }
            }
            """);
        Assert.Equal(new Uri("http://127.0.0.1:7001/mcp"), Assert.IsType<ServerTransport.Http>(manifest.Transport).Url);
        Assert.Equal([new(AttachmentPlace.Header, "Authorization", "Bearer {value}")], Spec(manifest, "read").Attachments);
        Assert.Equal(["username", "password"], Spec(manifest, "basic").Fields);
        Assert.Equal([new(AttachmentPlace.Header, "X-Api-Key", "Token {value}")], Spec(manifest, "key").Attachments);
        Assert.Equal([new(AttachmentPlace.Query, "api_key", "{value}")], Spec(manifest, "query").Attachments);
        Assert.Equal(["id", "token"], Spec(manifest, "custom").Fields);
        Assert.Equal("google/workspace", manifest.CredentialFor(new ScopeName("custom")).ToString());
        Assert.Equal(new ToolSpec(new ScopeName("read"), null), manifest.Tools[new ToolName("find_customer")]);
        Assert.Equal(new ToolSpec(null, null), manifest.Tools[new ToolName("ping")]);
        Assert.Equal(new ToolSpec(new ScopeName("key"), true), manifest.Tools[new ToolName("put")]);
    }

    [Fact]
    public void Reads_a_stdio_manifest()
    {
        var manifest = Valid("""
            {
              "name": "crm",
              "transport": { "type": "stdio", "command": "node", "args": ["server.js", "--port", "0"], "cwd": "servers", "env": { "LOG_LEVEL": "info" } },
              "credentials": {
                "read": { "type": "api_key", "env": "DOCUMENTS_API_KEY" },
                "pg": { "type": "api_key", "env": { "PGUSER": "{username}", "PGPASSWORD": "{password}" } },
                "arg": { "type": "api_key", "arg": "redis://:{value}@127.0.0.1:6379" }
              },
              "tools": { "search": { "scope": "read" } }
            }
            """);
        var transport = Assert.IsType<ServerTransport.Stdio>(manifest.Transport);
        Assert.Equal(("node", Path.Combine(Root, "servers"), "info"), (transport.Command, transport.WorkingDirectory, transport.Environment["LOG_LEVEL"]));
        Assert.Equal(["server.js", "--port", "0"], transport.Arguments);
        Assert.Equal([new(AttachmentPlace.Environment, "DOCUMENTS_API_KEY", "{value}")], Spec(manifest, "read").Attachments);
        Assert.Equal(["username", "password"], Spec(manifest, "pg").Fields);
        Assert.Equal([new(AttachmentPlace.Argument, "", "redis://:{value}@127.0.0.1:6379")], Spec(manifest, "arg").Attachments);
    }

    public static TheoryData<string, string, string> BadHttp => new()
    {
        { """ "url": "http://crm.example.com/mcp" """, "/transport/url", ProblemCodes.InsecureUrl },
        { """ "url": "http://127.0.0.1.example.com/mcp" """, "/transport/url", ProblemCodes.InsecureUrl },
        { """ "url": "ftp://crm.example.com" """, "/transport/url", ProblemCodes.BadUrl },
        { """ "url": "/mcp" """, "/transport/url", ProblemCodes.BadUrl },
        { """ "url": "https://crm.example.com/#x" """, "/transport/url", ProblemCodes.BadUrl },
        { """ "url": "https://a:b@crm.example.com/" """, "/transport/url", ProblemCodes.UrlCredential },
        { """ "url": "https://crm.example.com/?api_key=abc" """, "/transport/url", ProblemCodes.UrlCredential },
        { """ "url": "https://crm.example.com/${TENANT}" """, "/transport/url", ProblemCodes.EnvironmentReference },
        { """ "url": "https://crm.example.com/", "urll": 1 """, "/transport/urll", ProblemCodes.UnknownMember },
        { """ "urk": 1 """, "/transport", ProblemCodes.MissingMember },
    };

    [Theory]
    [MemberData(nameof(BadHttp))]
    public void Refuses_a_bad_http_transport(string transport, string pointer, string code) =>
        Refused($$$"""{"name":"crm","transport":{"type":"http",{{{transport}}} },"tools":{}}""", pointer, code);

    [Theory]
    [InlineData("https://crm.example.com/mcp")]
    [InlineData("http://localhost:1/mcp")]
    [InlineData("http://127.9.9.9/mcp")]
    [InlineData("http://[::1]:7001/mcp?tenant=a")]
    public void Accepts_https_and_plain_http_to_loopback(string url) =>
        Valid($$$"""{"name":"crm","transport":{"type":"http","url":"{{{url}}}"},"tools":{}}""");

    public static TheoryData<string, string, string> BadStdio => new()
    {
        { """ "command": "" """, "/transport/command", ProblemCodes.OutOfRange },
        { """ "command": "node; rm x" """, "/transport/command", ProblemCodes.BadCommand },
        { """ "command": "node", "args": [1] """, "/transport/args/0", ProblemCodes.WrongType },
        { """ "command": "node", "args": "x" """, "/transport/args", ProblemCodes.WrongType },
        { """ "command": "node", "args": ["--api-key", "abcd"] """, "/transport/args/0", ProblemCodes.CredentialArgument },
        { """ "command": "node", "args": ["--password=abcd"] """, "/transport/args/0", ProblemCodes.CredentialArgument },
        { """ "command": "node", "args": ["x", "{value}"] """, "/transport/args/1", ProblemCodes.BadPlaceholder },
        { """ "command": "node", "args": ["$TOKEN"] """, "/transport/args/0", ProblemCodes.EnvironmentReference },
        { """ "command": "node", "args": ["postgres://u:p@h/db"] """, "/transport/args/0", ProblemCodes.UrlCredential },
        { """ "command": "node", "env": {"API_KEY": "abc"} """, "/transport/env/API_KEY", ProblemCodes.CredentialArgument },
        { """ "command": "node", "env": {"HOME_DIR": "${HOME}"} """, "/transport/env/HOME_DIR", ProblemCodes.EnvironmentReference },
        { """ "command": "node", "env": {"NODE_OPTIONS": "--require x"} """, "/transport/env/NODE_OPTIONS", ProblemCodes.ForbiddenVariable },
        { """ "command": "node", "env": {"LD_PRELOAD": "x"} """, "/transport/env/LD_PRELOAD", ProblemCodes.ForbiddenVariable },
        { """ "command": "node", "env": {"DYLD_INSERT_LIBRARIES": "x"} """, "/transport/env/DYLD_INSERT_LIBRARIES", ProblemCodes.ForbiddenVariable },
        { """ "command": "node", "env": {"BASH_ENV": "x"} """, "/transport/env/BASH_ENV", ProblemCodes.ForbiddenVariable },
        { """ "command": "node", "env": {"PYTHONSTARTUP": "x"} """, "/transport/env/PYTHONSTARTUP", ProblemCodes.ForbiddenVariable },
        { """ "command": "node", "env": {"A": 1} """, "/transport/env/A", ProblemCodes.WrongType },
        { """ "command": "node", "env": {"A-B": "1"} """, "/transport/env/A-B", ProblemCodes.BadName },
        { """ "command": "node", "cwd": "~/x" """, "/transport/cwd", ProblemCodes.BadPath },
    };

    [Theory]
    [MemberData(nameof(BadStdio))]
    public void Refuses_a_bad_stdio_transport(string transport, string pointer, string code) =>
        Refused($$$"""{"name":"crm","transport":{"type":"stdio",{{{transport}}} },"tools":{}}""", pointer, code);

    public static TheoryData<string, bool, string, string> BadCredentials => new()
    {
        { """{"type":"bearer"}""", false, "/credentials/s/type", ProblemCodes.WrongTransport },
        { """{"type":"basic"}""", false, "/credentials/s/type", ProblemCodes.WrongTransport },
        { """{"type":"custom_headers","headers":{"X-A":"{value}"}}""", false, "/credentials/s/type", ProblemCodes.WrongTransport },
        { """{"type":"api_key","header":"X-A"}""", false, "/credentials/s/header", ProblemCodes.WrongTransport },
        { """{"type":"api_key","query":"a"}""", false, "/credentials/s/query", ProblemCodes.WrongTransport },
        { """{"type":"api_key","env":"A"}""", true, "/credentials/s/env", ProblemCodes.WrongTransport },
        { """{"type":"api_key","arg":"{value}"}""", true, "/credentials/s/arg", ProblemCodes.WrongTransport },
        { """{"type":"api_key"}""", true, "/credentials/s", ProblemCodes.AttachmentCount },
        { """{"type":"api_key","header":"X-A","query":"a"}""", true, "/credentials/s", ProblemCodes.AttachmentCount },
        { """{"type":"api_key","header":"X-A","format":"Token"}""", true, "/credentials/s/format", ProblemCodes.BadPlaceholder },
        { """{"type":"api_key","header":"X-A","format":"{{value}}"}""", true, "/credentials/s/format", ProblemCodes.BadPlaceholder },
        { """{"type":"api_key","header":"X-A","format":"{value"}""", true, "/credentials/s/format", ProblemCodes.BadPlaceholder },
        { """{"type":"api_key","header":"X-A","format":"{value}\r\nX: y"}""", true, "/credentials/s/format", ProblemCodes.BadPlaceholder },
        { """{"type":"api_key","query":"a","format":"{value}"}""", true, "/credentials/s/format", ProblemCodes.UnknownMember },
        { """{"type":"api_key","header":"X A"}""", true, "/credentials/s/header", ProblemCodes.BadHeader },
        { """{"type":"api_key","header":"Host"}""", true, "/credentials/s/header", ProblemCodes.BadHeader },
        { """{"type":"api_key","header":"content-length"}""", true, "/credentials/s/header", ProblemCodes.BadHeader },
        { """{"type":"api_key","query":"a&b"}""", true, "/credentials/s/query", ProblemCodes.BadName },
        { """{"type":"api_key","env":"NODE_OPTIONS"}""", false, "/credentials/s/env", ProblemCodes.ForbiddenVariable },
        { """{"type":"api_key","env":{}}""", false, "/credentials/s/env", ProblemCodes.AttachmentCount },
        { """{"type":"api_key","env":{"A":"fixed"}}""", false, "/credentials/s/env/A", ProblemCodes.BadPlaceholder },
        { """{"type":"custom_headers"}""", true, "/credentials/s", ProblemCodes.MissingMember },
        { """{"type":"custom_headers","headers":{}}""", true, "/credentials/s/headers", ProblemCodes.AttachmentCount },
        { """{"type":"custom_headers","headers":{"X-A":"{a}","x-a":"{b}"}}""", true, "/credentials/s/headers/x-a", ProblemCodes.DuplicateKey },
        { """{"type":"bearer","shared":"google"}""", true, "/credentials/s/shared", ProblemCodes.BadName },
        { """{"type":"oauth2_client_credentials"}""", true, "/credentials/s/type", ProblemCodes.NotAvailableYet },
        { """{"type":"database"}""", true, "/credentials/s/type", ProblemCodes.NotAvailableYet },
        { """{"type":"barer"}""", true, "/credentials/s/type", ProblemCodes.UnknownValue },
        { """{"type":"bearer","value":"x"}""", true, "/credentials/s/value", ProblemCodes.UnknownMember },
        { """{"type":"bearer","path":"x"}""", true, "/credentials/s/path", ProblemCodes.UnknownMember },
        { """{}""", true, "/credentials/s", ProblemCodes.MissingMember },
        { """[]""", true, "/credentials/s", ProblemCodes.WrongType },
    };

    [Theory]
    [MemberData(nameof(BadCredentials))]
    public void Refuses_a_bad_credential(string credential, bool http, string pointer, string code)
    {
        var transport = http ? """{"type":"http","url":"https://x.example/"}""" : """{"type":"stdio","command":"node"}""";
        Refused($$$"""{"name":"crm","transport":{{{transport}}},"credentials":{"s":{{{credential}}} },"tools":{}}""", pointer, code);
    }

    [Theory]
    [InlineData("""{"t":{"scope":"raed"}}""", "/tools/t/scope", ProblemCodes.UnknownScope)]
    [InlineData("""{"t":{}}""", "/tools/t", ProblemCodes.MissingMember)]
    [InlineData("""{"t":{"scope":"read","idempotent":"yes"}}""", "/tools/t/idempotent", ProblemCodes.WrongType)]
    [InlineData("""{"t t":{"scope":"read"}}""", "/tools/t t", ProblemCodes.BadName)]
    [InlineData("""{"t":{"scope":"read","idempotant":true}}""", "/tools/t/idempotant", ProblemCodes.UnknownMember)]
    public void Refuses_a_bad_tool(string tools, string pointer, string code) =>
        Refused($$$"""{"name":"crm","transport":{"type":"http","url":"https://x.example/"},"credentials":{"read":{"type":"bearer"}},"tools":{{{tools}}} }""", pointer, code);

    [Fact]
    public void The_name_equals_the_file_name() =>
        Refused("""{"name":"crn","transport":{"type":"http","url":"https://x.example/"},"tools":{}}""", "/name", ProblemCodes.NameMismatch);

    [Fact]
    public void Reports_problems_of_all_parts_at_once_and_gives_no_manifest()
    {
        var result = Parse("""{"name":"-","transport":{"type":"http","url":"x"},"credentials":{"a":{"type":"x"}},"tools":{"t":{"scope":"b"}},"extra":1}""");
        Assert.Null(result.Value);
        Assert.Equal(5, result.Problems.Count);
    }

    private static CredentialSpec Spec(ServerManifest manifest, string scope) => manifest.Credentials[new ScopeName(scope)];

    private static ServerManifest Valid(string json)
    {
        var result = Parse(json);
        Assert.Empty(result.Problems);
        return result.Value!;
    }

    private static void Refused(string json, string pointer, string code)
    {
        var result = Parse(json);
        Assert.Contains(result.Problems, problem => problem.Pointer == pointer && problem.Code == code && problem is { Line: > 0, Column: > 0 });
        Assert.Null(result.Value);
    }

    private static Checked<ServerManifest> Parse(string json) => ServerManifestParser.Parse("servers/crm.json", Encoding.UTF8.GetBytes(json), Root, "crm");
}
