using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Vaults.Aws.Values;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Work;

/// <summary>Writes versions with the identity of the person or service that runs the command. Thread-safe.</summary>
/// <remarks>
/// A write with a condition is put under a label of its own first; then the label <c>AWSCURRENT</c> is moved from the expected version, which AWS
/// refuses when it is not there any more. So of many writers that saw the same version one wins.
/// </remarks>
internal sealed class SecretWriting(SecretsClient secrets, IAwsIdentity identity, SecretNames names)
{
    /// <summary>Stores a new version, which becomes the current one.</summary>
    public async Task<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, CancellationToken cancellationToken)
    {
        if (fields.Keys.FirstOrDefault(name => !Name.IsValid(name)) is not null)
        {
            return Failed(SecretFailureKind.Invalid, $"{credential} cannot be stored: a field has a name that is not well-formed.");
        }

        var (written, problem) = SecretWriter.Write(fields);
        if (written is null)
        {
            return Failed(SecretFailureKind.Invalid, $"{credential} cannot be stored: {problem}.");
        }

        using var content = written;
        using var keys = await identity.KeysAsync(cancellationToken);
        var write = new OneWrite(secrets, keys, names.Of(credential), VersionIds.New(), content);
        var fault = condition switch
        {
            { IsChecked: false } => await write.AlwaysAsync(cancellationToken),
            { Newest: { } newest } => await write.AfterAsync(newest.Value, cancellationToken),
            _ => await write.FirstAsync(cancellationToken),
        };
        return fault is null ? new SecretWriteResult(new CredentialVersion(write.Version)) : Failed(fault.Kind, $"{credential}, the secret '{names.Of(credential)}', {fault.Words}");
    }

    /// <summary>Puts the label of disabled versions on a version, or takes it off.</summary>
    public async Task<SecretWriteResult> SwitchAsync(CredentialName credential, CredentialVersion? version, bool disabled, CancellationToken cancellationToken)
    {
        using var keys = await identity.KeysAsync(cancellationToken);
        var name = names.Of(credential);
        var (found, none) = await FindAsync(name, version, keys, cancellationToken);
        if (found is null)
        {
            return Failed(none!.Kind, $"{Which(credential, version)} {none.Words}");
        }

        var label = Labels.Disabled(found.Id);
        var isDisabled = found.Stages.Contains(label, StringComparer.Ordinal);
        var fault = isDisabled == disabled ? null : await secrets.LabelAsync(name, label, disabled ? found.Id : null, disabled ? null : found.Id, keys, cancellationToken);
        return fault is null ? new SecretWriteResult(new CredentialVersion(found.Id)) : Failed(fault.Kind, $"{Which(credential, version)} {fault.Words}");
    }

    /// <summary>Schedules the whole secret for deletion. One version cannot be destroyed at AWS, which is said.</summary>
    public async Task<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, int days, CancellationToken cancellationToken)
    {
        using var keys = await identity.KeysAsync(cancellationToken);
        var name = names.Of(credential);
        var (_, fault) = await FindAsync(name, version, keys, cancellationToken);
        if (fault is null && version is { } one)
        {
            return Failed(
                SecretFailureKind.Invalid,
                $"{new SecretRef(credential, one)} cannot be deleted alone: AWS Secrets Manager destroys whole secrets only. Disable it, or delete all versions; AWS removes a version by itself some time after it lost its last label.");
        }

        fault ??= await secrets.DeleteAsync(name, days, keys, cancellationToken);
        return fault is null or { Kind: SecretFailureKind.Deleted } ? new SecretWriteResult(null) : Failed(fault.Kind, $"{Which(credential, version)} {fault.Words}");
    }

    private async Task<(VersionFacts? Found, AwsFault? Fault)> FindAsync(string name, CredentialVersion? version, AwsKeys keys, CancellationToken cancellationToken)
    {
        var (facts, fault) = await secrets.DescribeAsync(name, keys, cancellationToken);
        if (facts is null)
        {
            return (null, fault);
        }

        if (facts.Deleted is not null)
        {
            return (null, AwsErrors.Explain("InvalidRequestException", "deleted"));
        }

        var wanted = version?.Value ?? facts.With(Labels.Current);
        var (versions, unlisted) = await secrets.VersionsAsync(name, keys, cancellationToken);
        return versions.FirstOrDefault(one => one.Id == wanted) is { } found ? (found, null) : (null, unlisted ?? AwsErrors.Explain("ResourceNotFoundException", string.Empty));
    }

    private static string Which(CredentialName credential, CredentialVersion? version) => version is { } one ? new SecretRef(credential, one).ToString() : credential.ToString();

    private static SecretWriteResult Failed(SecretFailureKind kind, string message) => new(null, kind, message);
}
