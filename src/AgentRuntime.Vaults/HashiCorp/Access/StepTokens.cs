using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Auth;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>Mints and revokes the tokens of steps with the runtime's identity. A token that is wider than it was asked for is revoked and refused. Thread-safe.</summary>
internal sealed class StepTokens(VaultCalls calls, RuntimeIdentity runtime, VaultNames names, VaultTokenSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan RevokeTime = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _ending = [];

    /// <summary>The calls.</summary>
    public VaultCalls Calls => calls;

    /// <summary>Makes the token for one piece of work.</summary>
    /// <param name="credential">The credential whose policy it gets.</param>
    /// <param name="context">For whom and for what; goes into the vault's own log.</param>
    /// <param name="uses">How many requests the work makes.</param>
    /// <param name="deadline">The time of the work.</param>
    /// <param name="cancellationToken">Ends the minting.</param>
    public async ValueTask<(VaultStepAccess? Access, VaultFailure? Failure, string Id)> MintAsync(CredentialName credential, SecretAccessContext context, int uses, Deadline deadline, CancellationToken cancellationToken)
    {
        var policy = names.Policy(credential);
        var batch = settings.Mode == VaultTokenMode.Batch;
        var wanted = new NewToken
        {
            Policies = [policy],
            Ttl = settings.Ttl,
            Uses = batch ? null : uses,
            Meta = MetaOf(credential, context),
            DisplayName = "step",
        };
        using var response = await runtime.SendAsync(Tokens.Create(settings.Role, wanted), deadline, cancellationToken);
        if (!response.Succeeded)
        {
            return (null, FailureOf(response, credential, policy), response.Id);
        }

        if (VaultAuth.Read(response.Auth) is not { } auth)
        {
            return (null, new VaultFailure(SecretFailureKind.Unavailable, $"{calls.Client.Description} answered without a step token for {credential}."), response.Id);
        }

        using (auth)
        {
            var access = new VaultStepAccess(auth.Token.Duplicate(), auth.Accessor, auth.Duration, calls.Time, RevokeAsync);
            if (TooWide(auth, policy, batch, uses) is not { } wider)
            {
                return (access, null, response.Id);
            }

            End(access);
            return (null, new VaultFailure(SecretFailureKind.Denied, $"{calls.Client.Description} gave a step token for {credential} that {wider}, so it was revoked and not used. Compare the token role '{settings.Role}' with 'agentruntime vault plan'."), response.Id);
        }
    }

    /// <summary>Ends a right beside other work; <see cref="DisposeAsync"/> waits for it.</summary>
    public void End(StoreAccess access)
    {
        lock (_gate)
        {
            _ending.RemoveWhere(static task => task.IsCompleted);
            _ending.Add(access.DisposeAsync().AsTask());
        }
    }

    /// <summary>Waits until every right that was given to <see cref="End"/> has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (_gate)
        {
            ending = [.. _ending];
        }

        await Task.WhenAll(ending);
    }

    /// <summary>What the vault's log carries with each use of the token, as <c>auth.metadata</c>.</summary>
    internal static Dictionary<string, string> MetaOf(CredentialName credential, SecretAccessContext context)
    {
        (string Name, string? Value)[] all =
        [
            ("run_id", context.Run?.Value),
            ("step_id", context.Step?.Value),
            ("attempt", context.Attempt?.ToString(CultureInfo.InvariantCulture)),
            ("workflow", context.Workflow?.Value),
            ("server", (context.Server ?? credential.Server).Value),
            ("tool", context.Tool?.Value),
            ("scope", (context.Scope ?? credential.Scope).Value),
            ("credential", credential.ToString()),
            ("trace_id", context.TraceId),
            ("principal", context.Principal),
            ("purpose", context.Purpose),
        ];
        return all.Where(static one => !string.IsNullOrEmpty(one.Value)).ToDictionary(static one => one.Name, static one => one.Value!, StringComparer.Ordinal);
    }

    private static string? TooWide(VaultAuth auth, string policy, bool batch, int uses) => auth switch
    {
        _ when !auth.Policies.SetEquals([policy]) => "has other policies than the one that was asked for",
        _ when auth.Type != (batch ? "batch" : "service") => "is of another type than asked for",
        _ when auth.Renewable => "can be renewed",
        _ when auth.Duration <= TimeSpan.Zero => "never ends",
        _ when !batch && auth.Accessor is null => "cannot be revoked",
        _ when !batch && auth.Uses is { } counted && counted != uses => "has more uses than asked for",
        _ => null,
    };

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, string policy)
    {
        var vault = calls.Client.Description;
        return response switch
        {
            { Status: 400 } when response.Says("subset of the role's allowed policies") || response.Says("disallowed policies") =>
                new(SecretFailureKind.Denied, $"{vault} does not let the token role '{settings.Role}' give the policy '{policy}' for {credential}. Run 'agentruntime vault plan' and have it applied."),
            { Status: 400 or 404 } when response.Says("unknown role") || response.Status == 404 =>
                new(SecretFailureKind.Denied, $"{vault} has no token role '{settings.Role}'. Run 'agentruntime vault plan' and have it applied, or correct tokens.role in the settings."),
            { Status: 400 } when response.Says("batch tokens cannot") =>
                new(SecretFailureKind.Invalid, $"The token role '{settings.Role}' gives batch tokens. Set tokens.mode to \"batch\", or change the role's token type to service."),
            { Status: 403 } =>
                new(SecretFailureKind.Denied, $"{vault} does not let the runtime's own identity mint a step token for {credential} through the token role '{settings.Role}'. Run 'agentruntime doctor'."),
            _ => VaultFailure.Of(response, vault, $"minting a step token for {credential}"),
        };
    }

    /// <summary>Never throws; a token that could not be revoked ends by its own expiry. One that ended by itself is unknown to the vault by now.</summary>
    private async Task RevokeAsync(string accessor)
    {
        try
        {
            await Task.Yield();
            using var response = await runtime.SendAsync(Tokens.RevokeAccessor(accessor), calls.Begin(RevokeTime), CancellationToken.None);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The store was closed; the token's own expiry ends it.
        }
    }
}
