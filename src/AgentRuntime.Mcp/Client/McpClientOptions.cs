namespace AgentRuntime.Mcp.Client;

/// <summary>Limits and times of the MCP client. Immutable; safe to share.</summary>
public sealed record McpClientOptions
{
    /// <summary>How the client names itself to servers.</summary>
    public string ClientName { get; init; } = "agentruntime";

    /// <summary>The version that goes with <see cref="ClientName"/>.</summary>
    public string ClientVersion { get; init; } = "0.1.0";

    /// <summary>How long an unused session or process is kept. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long starting, connecting and the handshake may take together. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the answer to the version probe before the older handshake is tried. Default 5 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a process may take to end by itself after its input is closed, and again after it was asked to end. Default 2 s.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long disposal waits for all sessions and processes together. Default 10 s.</summary>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long telling a tool that its call was cancelled may take. Default 1 s.</summary>
    public TimeSpan CancelNoticeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The greatest number of sessions and processes at a time. A call waits when all are in use. Default 64.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>The greatest size of the arguments of a call, in bytes. Default 8 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The greatest size of a message that is not the answer to a call, in bytes. Default 4 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The greatest number of pages of a tool list. Default 100.</summary>
    public int MaxListPages { get; init; } = 100;

    /// <summary>How much of a process' error output is kept, in bytes, scrubbed. Default 64 KiB.</summary>
    public int StderrBytes { get; init; } = 64 * 1024;

    /// <summary>The proxy for HTTP servers, or <c>null</c> for none. The environment's proxy settings are never used. Loopback is never proxied.</summary>
    public Uri? Proxy { get; init; }
}
