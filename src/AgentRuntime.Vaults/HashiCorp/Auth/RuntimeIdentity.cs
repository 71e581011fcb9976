using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>
/// The runtime's own identity, which may mint step tokens and revoke them by accessor, and nothing else. Logs in at the first use, one login at a time;
/// renews or logs in again when two thirds of the token's life are over, and once when the vault refuses the token. Thread-safe.
/// </summary>
internal sealed class RuntimeIdentity(VaultCalls calls, LoginSource source) : VaultIdentity, IDisposable
{
    private const int KeptBehind = 8;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Queue<HeldToken> _replaced = new();
    private volatile HeldToken? _held;
    private bool _namespaceIsReal;

    /// <inheritdoc/>
    public override string Description => "the runtime's own identity";

    /// <inheritdoc/>
    public override async ValueTask<VaultResponse> SendAsync(VaultRequest request, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            var (held, failure) = await HoldAsync(deadline, cancellationToken);
            if (held is null)
            {
                return CannotAsk(failure!);
            }

            using var token = held.Lend();
            var response = await calls.SendAsync(request, token, deadline, cancellationToken);
            if (again || !response.TokenRefused)
            {
                return response;
            }

            // Revoked in the middle, or ended early: once more with a new login.
            response.Dispose();
            held.Refuse();
        }
    }

    /// <summary>The token in use, after a login if one is needed; or why there is none.</summary>
    public async ValueTask<(HeldToken? Token, VaultFailure? Failure)> HoldAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (_held is { IsDue: false } held && !source.HasChanged())
        {
            return (held, null);
        }

        using var patience = new CancellationTokenSource(deadline.Left > TimeSpan.Zero ? deadline.Left : TimeSpan.FromMilliseconds(1), calls.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await _one.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new VaultFailure(SecretFailureKind.Unavailable, $"{calls.Client.Description} did not answer the {source.Description} in time."));
        }

        try
        {
            return _held is { IsDue: false } meanwhile && !source.HasChanged() ? (meanwhile, null) : await RefreshAsync(deadline, cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            return (null, new VaultFailure(exception.Failure, exception.Message));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends the token if this process made it; at most two seconds, and never throws.</summary>
    public async ValueTask EndAsync()
    {
        if (_held is not { } held)
        {
            return;
        }

        if (source.OwnsToken && !held.IsOver)
        {
            using var token = held.Lend();
            (await calls.Client.SendAsync(Tokens.RevokeSelf(), token, Farewell, CancellationToken.None)).Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var token in _replaced)
        {
            token.Dispose();
        }

        source.Dispose();
        _one.Dispose();
    }

    private async ValueTask<(HeldToken? Token, VaultFailure? Failure)> RefreshAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (_held is { Renewable: true, IsOver: false } old && !source.HasChanged() && await RenewAsync(old, deadline, cancellationToken) is { } renewed)
        {
            return (Keep(renewed), null);
        }

        var result = await source.LoginAsync(calls, deadline, cancellationToken);
        if (result.Token is not { } token)
        {
            // A token that is still good for a while serves while nobody can log in.
            return _held is { IsOver: false } still && !source.HasChanged() ? (still, null) : (null, result.Failure);
        }

        if (await CheckNamespaceAsync(token, deadline, cancellationToken) is { } ignored)
        {
            token.Dispose();
            return (null, ignored);
        }

        return (Keep(token), null);
    }

    private async ValueTask<HeldToken?> RenewAsync(HeldToken held, Deadline deadline, CancellationToken cancellationToken)
    {
        using var token = held.Lend();
        using var response = await calls.SendAsync(Tokens.RenewSelf(), token, deadline, cancellationToken);
        using var auth = response.Succeeded ? VaultAuth.Read(response.Auth) : null;

        // Near the token's maximum the server gives less and less; then a login is better.
        return auth is not null && auth.Duration >= held.Lifetime / 2 ? held.Renewed(auth.Duration, auth.Renewable) : null;
    }

    /// <summary>A server without namespaces ignores the header, and would then read somewhere else: asked for a namespace that cannot be, it must refuse.</summary>
    private async ValueTask<VaultFailure?> CheckNamespaceAsync(HeldToken held, Deadline deadline, CancellationToken cancellationToken)
    {
        if (_namespaceIsReal || calls.Client.Options.Namespace is not { } name)
        {
            return null;
        }

        using var token = held.Lend();
        using var response = await calls.SendAsync(Tokens.LookupSelf() with { Namespace = $"{name}/no-such-namespace-{Unlikely()}" }, token, deadline, cancellationToken);
        if (response.Succeeded)
        {
            return new VaultFailure(SecretFailureKind.Invalid, $"{calls.Client.Description} ignores the namespace '{name}': it has no namespaces, so everything would happen in its root. Remove \"namespace\" from the settings, or use a server that has them.");
        }

        if (response.Status == 0 || response.Status >= 500)
        {
            return VaultFailure.Of(response, calls.Client.Description, "checking the namespace");
        }

        _namespaceIsReal = true;
        return null;
    }

    private static string Unlikely() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    private HeldToken Keep(HeldToken token)
    {
        // Somebody may be about to take a copy of the one before; not of one that was replaced many times over.
        _replaced.Enqueue(token);
        while (_replaced.Count > KeptBehind)
        {
            _replaced.Dequeue().Dispose();
        }

        _held = token;
        return token;
    }
}
