using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>A way by which the hostile server gets its credential.</summary>
public enum HostileChannel
{
    /// <summary>A variable of its environment.</summary>
    Environment,

    /// <summary>An argument.</summary>
    Argument,

    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,

    /// <summary><c>X-Api-Key</c>.</summary>
    ApiKey,

    /// <summary>A parameter of the query.</summary>
    Query,

    /// <summary><c>Authorization: Basic</c>.</summary>
    Basic,

    /// <summary>Two headers.</summary>
    Custom,
}

/// <summary>The hostile server as a manifest describes it.</summary>
internal static class HostileManifest
{
    private static readonly string[] Tools =
    [
        "echo_raw", "echo_base64", "echo_base64url", "echo_hex", "echo_url", "echo_json", "echo_key", "echo_split", "echo_structured", "echo_stderr",
        "echo_rpc_error", "echo_is_error", "echo_exception", "reject", "environment", "argv", "hang", "big", "crash", "flood_stderr", "junk", "deep", "whoami", "not_there",
    ];

    public static bool IsProcess(this HostileChannel channel) => channel is HostileChannel.Environment or HostileChannel.Argument;

    /// <summary>The server <c>hostile</c> with the scope <c>read</c>.</summary>
    public static ServerManifest Of(HostileChannel channel, Uri? url, params string[] arguments)
    {
        var scope = new ScopeName("read");
        var spec = channel switch
        {
            HostileChannel.Environment => TestLease.Environment("HOSTILE_KEY"),
            HostileChannel.Argument => TestLease.Argument("{value}"),
            HostileChannel.Bearer => TestLease.Bearer,
            HostileChannel.ApiKey => TestLease.Header("X-Api-Key"),
            HostileChannel.Query => TestLease.Query("key"),
            HostileChannel.Basic => TestLease.Basic,
            _ => new CredentialSpec(
                CredentialType.CustomHeaders,
                [new(AttachmentPlace.Header, "X-Api-Key", "{token}"), new(AttachmentPlace.Header, "X-Client-Id", "client {id}")],
                Shared: null)
            { Fields = ["id", "token"] },
        };
        ServerTransport transport = url is null
            ? new ServerTransport.Stdio(
                "node",
                [HostileHttpServer.Script, .. arguments, .. channel == HostileChannel.Argument ? new[] { "--arg-key" } : []],
                Path.GetTempPath(),
                new Dictionary<string, string>(StringComparer.Ordinal))
            : new ServerTransport.Http(url);
        return new ServerManifest(
            new ServerName("hostile"),
            transport,
            new Dictionary<ScopeName, CredentialSpec> { [scope] = spec },
            Tools.ToDictionary(tool => new ToolName(tool), tool => new ToolSpec(scope, Idempotent: null)));
    }
}
