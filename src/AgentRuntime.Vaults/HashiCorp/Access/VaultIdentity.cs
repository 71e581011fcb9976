using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>Somebody who asks the vault: the runtime, a step, or an operator. Thread-safe unless it says otherwise.</summary>
internal abstract class VaultIdentity
{
    /// <summary>Names it in messages, such as <c>the runtime's own identity</c>.</summary>
    public abstract string Description { get; }

    /// <summary>The accessor of the token it used last, if it is one that was made for this work.</summary>
    public virtual string? Accessor => null;

    /// <summary>Sends a request with its right; the answer says when it has none. The caller disposes it.</summary>
    public abstract ValueTask<VaultResponse> SendAsync(VaultRequest request, Deadline deadline, CancellationToken cancellationToken);

    /// <summary>The answer of somebody who cannot ask.</summary>
    protected static VaultResponse CannotAsk(VaultFailure failure, string? id = null) => new(0, null) { Refusal = failure, SentId = id ?? string.Empty };
}
