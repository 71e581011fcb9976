using System.Globalization;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>Writes credentials to the key/value engine of version 2. Thread-safe.</summary>
/// <remarks>
/// The engine has no word for "disabled": a version is disabled by deleting it, which can be undone, and deleted by destroying it, which cannot. Whoever writes
/// must be allowed to; the runtime's own identity is not.
/// </remarks>
/// <param name="names">Where credentials are.</param>
/// <param name="transit">Encrypts values, or <c>null</c>.</param>
/// <param name="vault">How messages name the vault.</param>
internal sealed class KvWriting(VaultNames names, TransitFields? transit, string vault)
{
    /// <summary>Stores a new version.</summary>
    public async ValueTask<SecretWriteResult> SetAsync(
        VaultIdentity writer, CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, Deadline deadline, CancellationToken cancellationToken)
    {
        long? cas = null;
        if (condition.IsChecked)
        {
            cas = condition.Newest is { } newest ? Parse(newest) : 0;
            if (cas is null)
            {
                return Conflict(credential);
            }
        }

        Action<VaultBody> content = body => SecretFields.Write(body, fields);
        if (transit is not null)
        {
            var (texts, failure) = await transit.EncryptAsync(writer, credential, fields, deadline, cancellationToken);
            if (texts is null)
            {
                return failure!.ToWrite();
            }

            content = body =>
            {
                foreach (var (name, text) in texts)
                {
                    body.Json.WriteString(name, text);
                }
            };
        }

        return await WriteAsync(writer, credential, fields.Keys, content, cas, retryWithCas: cas is null, deadline, cancellationToken);
    }

    /// <summary>Disables, enables or deletes.</summary>
    public async ValueTask<SecretWriteResult> ChangeAsync(
        VaultIdentity writer, CredentialName credential, CredentialVersion? version, KvChange change, Deadline deadline, CancellationToken cancellationToken)
    {
        var secret = names.Secret(credential);
        using var described = await writer.SendAsync(KvV2.Metadata(names.Mount, secret), deadline, cancellationToken);
        if (!described.Succeeded)
        {
            return described.Status == 404 && !described.Says("no handler") ? Missing(credential) : FailureOf(described, credential, writer).ToWrite();
        }

        var metadata = KvMetadata.Read(described.Data);
        var number = version is { } named ? Parse(named) : metadata.Current;
        var all = version is null && change == KvChange.Destroy;
        var meant = metadata.Versions.Where(one => all || one.Number == number).ToArray();
        if (meant.Length == 0)
        {
            return Missing(credential);
        }

        if (change != KvChange.Destroy && meant[0].Destroyed)
        {
            return new SecretWriteResult(null, SecretFailureKind.Deleted, $"Version {meant[0].Number} of {credential} was destroyed, so it cannot be changed any more.");
        }

        var numbers = meant.Select(static one => one.Number).ToArray();
        using var response = await writer.SendAsync(
            change switch
            {
                KvChange.Disable => KvV2.Delete(names.Mount, secret, numbers),
                KvChange.Enable => KvV2.Undelete(names.Mount, secret, numbers),
                _ => KvV2.Destroy(names.Mount, secret, numbers),
            },
            deadline,
            cancellationToken);
        return response.Succeeded ? new SecretWriteResult(all ? null : Version(numbers[0])) : FailureOf(response, credential, writer).ToWrite();
    }

    private static CredentialVersion Version(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    private static long? Parse(CredentialVersion version) =>
        long.TryParse(version.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static SecretWriteResult Conflict(CredentialName credential) => new(
        null,
        SecretFailureKind.Conflict,
        $"The credential {credential} was not stored: somebody else changed it in between. Look at 'agentruntime credentials versions {credential}' and try again.");

    private async ValueTask<SecretWriteResult> WriteAsync(
        VaultIdentity writer, CredentialName credential, IEnumerable<string> fields, Action<VaultBody> content, long? cas, bool retryWithCas, Deadline deadline, CancellationToken cancellationToken)
    {
        using var response = await writer.SendAsync(KvV2.Write(names.Mount, names.Secret(credential), cas, content), deadline, cancellationToken);
        if (response.Succeeded && response.Data["version"].Number() is { } version)
        {
            await FieldNames.RememberAsync(writer, names, credential, version, fields, deadline, cancellationToken);
            return new SecretWriteResult(Version(version));
        }

        // The engine insists on a check, and the caller wants none: the version of this moment, until nobody is in between.
        if (retryWithCas && deadline.Left > TimeSpan.Zero && (response.Says("check-and-set parameter required") || (cas is not null && response.Says("check-and-set parameter did not match"))))
        {
            using var described = await writer.SendAsync(KvV2.Metadata(names.Mount, names.Secret(credential)), deadline, cancellationToken);
            if (described.Succeeded || described.Status == 404)
            {
                return await WriteAsync(writer, credential, fields, content, described.Succeeded ? KvMetadata.Read(described.Data).Current : 0, retryWithCas, deadline, cancellationToken);
            }
        }

        return response.Says("check-and-set parameter did not match") ? Conflict(credential) : FailureOf(response, credential, writer).ToWrite();
    }

    private SecretWriteResult Missing(CredentialName credential) => new(null, SecretFailureKind.Missing, $"{vault} has no such version of {credential}, or no such credential. See 'agentruntime credentials versions {credential}'.");

    private VaultFailure FailureOf(VaultResponse response, CredentialName credential, VaultIdentity writer) => response switch
    {
        { Status: 403 } => new(SecretFailureKind.Denied, $"{vault} does not let {writer.Description} write {names.DataPath(credential)}. Pass an operator's token with --token-file."),
        { Status: 0, Refusal: null, NotSent: false } => new(SecretFailureKind.Unavailable, $"{response.NoAnswer} It is not known whether {credential} was changed: look at 'agentruntime credentials versions {credential}' before you try again."),
        _ when response.Says("too large") => new(SecretFailureKind.Invalid, $"{vault} found {credential} too large for its storage."),
        _ => VaultFailure.Of(response, vault, $"writing {credential}"),
    };
}

/// <summary>What is done to a version.</summary>
internal enum KvChange
{
    /// <summary>Deleted; can be undone.</summary>
    Disable,

    /// <summary>Undeleted.</summary>
    Enable,

    /// <summary>Destroyed.</summary>
    Destroy,
}
