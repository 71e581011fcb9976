using System.Net;
using AgentRuntime.Credentials;

namespace AgentRuntime.Mcp.Client;

/// <summary>What the transport must know about one call while it lasts: its lease, its limit, and what happened to it on the way.</summary>
internal sealed class CallScope(Lease? lease, int maxResultBytes)
{
    private Lease? _lease = lease;

    /// <summary>The lease, until <see cref="End"/>; afterwards nothing that still holds this object can reach the credential.</summary>
    public Lease? Lease => Volatile.Read(ref _lease);

    /// <summary>The greatest size of the answer, in bytes as received.</summary>
    public int MaxResultBytes { get; } = maxResultBytes;

    /// <summary>Whether the answer was larger than allowed.</summary>
    public bool ResultTooLarge { get; set; }

    /// <summary>The status of the last HTTP answer.</summary>
    public HttpStatusCode? Status { get; set; }

    /// <summary>Whether the connection broke while an HTTP answer was read.</summary>
    public bool AnswerBroken { get; set; }

    /// <summary>Lets go of the lease.</summary>
    public void End() => Volatile.Write(ref _lease, null);
}
