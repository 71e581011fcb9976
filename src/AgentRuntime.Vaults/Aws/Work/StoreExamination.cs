using System.Runtime.CompilerServices;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Work;

/// <summary>Examines the set-up from the runtime's own place. Probes ask for secrets that are not there, so that nothing is read that no step needs.</summary>
internal sealed class StoreExamination(SecretReading reading, SecretsClient secrets, SessionSource sessions, StsClient sts, IAwsIdentity identity, SecretNames names, Patience patience, AwsSecretSettings settings)
{
    // What the probes ask for: a name of our own form that nobody stores.
    private const string Probe = "agentruntime-probe-that-is-not-there";

    private static readonly SecretAccessContext Context = new() { Principal = "agentruntime", Purpose = "check" };

    /// <summary>One finding for each check.</summary>
    public async IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await CheckAsync("aws identity", CallerAsync, cancellationToken);
        yield return await CheckAsync("aws own rights", ending => OwnRightsAsync(known, ending), cancellationToken);
        if (settings.Role is { } role)
        {
            var inside = known.Count > 0 ? known.First() : new CredentialName(new ServerName(Probe), new ScopeName(Probe));
            yield return await CheckAsync("aws session", ending => SessionAsync(role, inside, ending), cancellationToken);
            yield return await CheckAsync("aws least privilege", ending => LeastPrivilegeAsync(role, inside, ending), cancellationToken);
        }
        else
        {
            yield return StoreFinding.Warning(
                "aws session",
                "values are read with the runtime's own identity, so CloudTrail does not name run and step, and a step's access is not cut down to its one secret",
                "Set secrets.aws.role_arn to a role that this identity may assume.");
        }

        foreach (var credential in known.OrderBy(one => one.ToString(), StringComparer.Ordinal))
        {
            yield return await CheckAsync($"aws secret {credential}", ending => ReadableAsync(credential, ending), cancellationToken);
        }
    }

    // Each check has its own time, and none stops the others.
    private async Task<StoreFinding> CheckAsync(string check, Func<CancellationToken, Task<StoreFinding>> examine, CancellationToken cancellationToken)
    {
        try
        {
            return await patience.WithinAsync(
                examine,
                fault => StoreFinding.Bad(check, $"AWS {fault.Words}", "Check endpoint, sts_endpoint, ca_file and the network."),
                cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            return StoreFinding.Bad(check, exception.Message, "Give this process an identity; see the provider's page.");
        }
    }

    private async Task<StoreFinding> CallerAsync(CancellationToken cancellationToken)
    {
        using var keys = await identity.KeysAsync(cancellationToken);
        var (arn, fault) = await sts.CallerAsync(keys, cancellationToken);
        if (fault is not null || arn is null)
        {
            return StoreFinding.Bad("aws identity", $"The identity from {identity.Source} {fault?.Words ?? "is not known to STS."}", "Check sts_endpoint, ca_file, the network and the keys.");
        }

        return arn.EndsWith(":root", StringComparison.Ordinal)
            ? StoreFinding.Bad("aws identity", $"This process is the account's root user ({arn}), who can do everything", "Use a role with the runtime's policy of the provider's page.")
            : StoreFinding.Good("aws identity", $"{arn}, from {identity.Source}");
    }

    /// <summary>Whether Secrets Manager answers over verified TLS, and whether the runtime's own identity can read values by itself.</summary>
    private async Task<StoreFinding> OwnRightsAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken)
    {
        const string check = "aws own rights";
        using var keys = await identity.KeysAsync(cancellationToken);
        var probe = names.Of(new CredentialName(known.Count > 0 ? known.First().Server : new ServerName(Probe), new ScopeName(Probe)));
        var (answer, fault, _) = await secrets.GetAsync(probe, null, keys, cancellationToken);
        answer?.Dispose();
        return (fault, settings.Role) switch
        {
            ({ Kind: SecretFailureKind.Denied }, not null) => StoreFinding.Good(check, "this identity cannot read a value by itself"),
            ({ Kind: SecretFailureKind.Missing } or null, not null) => StoreFinding.Warning(
                check,
                $"this identity can read values under '{names.Start}' by itself, without a session that names the step",
                "Take secretsmanager:GetSecretValue from it; only the role of secrets.aws.role_arn needs it."),
            ({ Kind: SecretFailureKind.Missing } or null, null) => StoreFinding.Good(check, $"may read under '{names.Start}'"),
            ({ Kind: SecretFailureKind.Denied }, null) => StoreFinding.Bad(check, $"this identity may not read under '{names.Start}'", "Allow it secretsmanager:GetSecretValue on these secrets, or set role_arn."),
            _ => StoreFinding.Bad(check, $"Secrets Manager {fault!.Words}", "Check endpoint, region, ca_file and the network."),
        };
    }

    /// <summary>Whether the role can be assumed.</summary>
    private async Task<StoreFinding> SessionAsync(AwsRoleArn role, CredentialName inside, CancellationToken cancellationToken)
    {
        var (access, fault) = await sessions.OpenAsync(new SecretReadRequest(inside, null, Context), cancellationToken);
        if (access is null)
        {
            return StoreFinding.Bad("aws session", $"The role {role} {fault!.Words}", "Let the role's trust policy allow this identity sts:AssumeRole and sts:TagSession, and this identity's policy the same on the role.");
        }

        await access.DisposeAsync();
        return StoreFinding.Good("aws session", $"{role} can be assumed, here as '{access.Accessor}'");
    }

    /// <summary>Whether a session for one secret is refused another.</summary>
    private async Task<StoreFinding> LeastPrivilegeAsync(AwsRoleArn role, CredentialName inside, CancellationToken cancellationToken)
    {
        const string check = "aws least privilege";
        var (access, fault) = await sessions.OpenAsync(new SecretReadRequest(inside, null, Context), cancellationToken);
        if (access is null)
        {
            return StoreFinding.Bad(check, $"It could not be tried, because the role {role} {fault!.Words}", "Mend the session first.");
        }

        await using (access)
        {
            var outside = names.Of(new CredentialName(inside.Server, new ScopeName(Probe + "-outside")));
            var (answer, refused, _) = await secrets.GetAsync(outside, null, access.Session.Keys, cancellationToken);
            answer?.Dispose();
            return refused switch
            {
                { Kind: SecretFailureKind.Denied } => StoreFinding.Good(check, $"a session for {inside} is refused another secret"),
                { Kind: SecretFailureKind.Missing } or null => StoreFinding.Bad(
                    check,
                    $"a session for {inside} may also ask for other secrets: the endpoint does not enforce session policies",
                    "Check that the endpoint is AWS. A stand-in for tests that ignores session policies is not safe for real credentials."),
                _ => StoreFinding.Bad(check, $"It could not be tried: Secrets Manager {refused.Words}", "Check endpoint and region."),
            };
        }
    }

    /// <summary>Whether the credential is there, and its KMS key lets it be read. The value is zeroed at once.</summary>
    private async Task<StoreFinding> ReadableAsync(CredentialName credential, CancellationToken cancellationToken)
    {
        var read = await reading.ReadAsync(new SecretReadRequest(credential, null, Context), cancellationToken);
        if (read is SecretReadResult.Found found)
        {
            found.Material.Dispose();
            if (found.Access is { } access)
            {
                await access.DisposeAsync();
            }

            return StoreFinding.Good($"aws secret {credential}", $"can be read and decrypted, version {found.Material.Reference.Version}");
        }

        var failed = (SecretReadResult.Failed)read;
        return failed.Kind == SecretFailureKind.Missing
            ? StoreFinding.Warning($"aws secret {credential}", failed.Message, $"Run 'agentruntime credentials set {credential}'.")
            : StoreFinding.Bad($"aws secret {credential}", failed.Message, "See the troubleshooting of the provider's page.");
    }
}
