using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>One piece of work on one credential with a token of its own: the one prepared for it, or one minted when there is none, when it has expired, or when the vault does not know it any more. Not thread-safe.</summary>
internal sealed class StepIdentity(StepTokens tokens, CredentialName credential, SecretAccessContext context, int uses, VaultStepAccess? prepared) : VaultIdentity
{
    private const int MostMints = 2;
    private const int MostLags = 4;
    private VaultStepAccess? _access = prepared;
    private string? _accessor = prepared?.Accessor;

    /// <inheritdoc/>
    public override string Description => $"the step's token for {credential}";

    /// <inheritdoc/>
    public override string? Accessor => _accessor;

    /// <summary>Hands the right over to the caller, who ends it; <c>null</c> when there is none to end.</summary>
    public VaultStepAccess? Take()
    {
        var access = _access;
        _access = null;
        return access;
    }

    /// <summary>Ends the right beside other work.</summary>
    public void End()
    {
        if (Take() is { } access)
        {
            tokens.End(access);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<VaultResponse> SendAsync(VaultRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        for (int mints = 0, lags = 0; ;)
        {
            if (_access is null or { IsOver: true })
            {
                mints++;
                if (await MintAsync(deadline, cancellationToken) is { } cannot)
                {
                    return cannot;
                }
            }

            using var token = _access!.Lend();
            var response = await tokens.Calls.SendAsync(request, token, deadline, cancellationToken);
            if (!response.TokenRefused)
            {
                return response;
            }

            // A token that was just made may not have arrived at this node yet.
            var wait = VaultCalls.Wait(lags);
            if (_access.IsFresh && lags < MostLags && wait < deadline.Left)
            {
                lags++;
                response.Dispose();
                await Task.Delay(wait, tokens.Calls.Time, cancellationToken);
                continue;
            }

            // Expired, revoked, or used up by a request whose answer was lost: all read the same.
            if (mints >= MostMints || deadline.Left <= TimeSpan.Zero)
            {
                return response;
            }

            response.Dispose();
            End();
        }
    }

    private async ValueTask<VaultResponse?> MintAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        End();
        var (access, failure, id) = await tokens.MintAsync(credential, context, uses, deadline, cancellationToken);
        _access = access;
        _accessor = access?.Accessor ?? _accessor;
        return access is null ? CannotAsk(failure!, id) : null;
    }
}
