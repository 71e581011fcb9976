namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>What an operation gave: a body, or a fault. The body is zeroed when disposed.</summary>
internal sealed class AwsReply : IDisposable
{
    private readonly PinnedBuffer? _body;

    private AwsReply(PinnedBuffer? body, AwsFault? fault, string? requestId)
    {
        _body = body;
        Fault = fault;
        RequestId = requestId;
    }

    /// <summary>Why there is no body.</summary>
    public AwsFault? Fault { get; }

    /// <summary>AWS's id of the request.</summary>
    public string? RequestId { get; }

    /// <summary>The body; empty when there is a fault.</summary>
    public ReadOnlySpan<byte> Body => _body is null ? [] : _body.Written;

    /// <summary>It succeeded.</summary>
    /// <param name="body">Owned from here.</param>
    /// <param name="requestId">AWS's id.</param>
    public static AwsReply Good(PinnedBuffer body, string? requestId) => new(body, null, requestId);

    /// <summary>It failed.</summary>
    public static AwsReply Bad(AwsFault fault) => new(null, fault, fault.RequestId);

    /// <inheritdoc/>
    public void Dispose() => _body?.Dispose();
}
