using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>A person with a token of their own in a file, who writes and describes credentials; never a step. Thread-safe.</summary>
internal sealed class OperatorIdentity(VaultCalls calls, string tokenFile) : VaultIdentity
{
    /// <inheritdoc/>
    public override string Description => $"the token in {tokenFile}";

    /// <inheritdoc/>
    public override async ValueTask<VaultResponse> SendAsync(VaultRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        SecretValue token;
        try
        {
            token = SecretFile.Read(tokenFile, "token", oneWord: true);
        }
        catch (SecretStoreException exception)
        {
            return CannotAsk(new VaultFailure(exception.Failure, exception.Message));
        }

        using (token)
        {
            return await calls.SendAsync(request, token, deadline, cancellationToken);
        }
    }
}
