using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Secrets;
using AgentRuntime.Vaults.Aws.Sessions;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Vaults.Aws.Work;
using AgentRuntime.Vaults.Http;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws;

/// <summary>AWS Secrets Manager. Each attempt of a step reads with a session of a role that can read this one secret, is named after run and step, and lives 15 minutes.</summary>
/// <remarks>
/// <para>
/// The current version is the one with the label <c>AWSCURRENT</c>; it counts as the newest in <see cref="WriteCondition"/>. Versions are ids that AWS keeps
/// for as long as they have a label, and some time longer. Disabling is a label that this runtime heeds and AWS does not; one version cannot be deleted, and
/// deleting all is a recovery window of 7 days, in which the values can be restored and not read.
/// </para>
/// <para>
/// Reads and writes are repeated while AWS throttles or fails, within <see cref="AwsSecretSettings.Timeout"/>. No value is cached. Thread-safe. What goes wrong is a
/// result; <see cref="SecretStoreException"/> is thrown by <see cref="Open"/> and the listings only. Without a role values are read with the runtime's own identity.
/// </para>
/// </remarks>
public sealed class AwsSecretStore : IStepAccessStore, ISecretWriter, ISecretMetadata, ISecretStoreCheck, IAsyncDisposable
{
    private const int RecoveryDays = 7;

    private readonly AwsIdentity _identity;
    private readonly AwsConnection _connection;
    private readonly Patience _patience;
    private readonly SessionSource _sessions;
    private readonly SecretReading _reading;
    private readonly SecretWriting _writing;
    private readonly SecretListing _listing;
    private readonly StoreExamination _examination;

    private AwsSecretStore(AwsSecretSettings settings, AwsIdentity identity, AwsConnection connection, TimeProvider time)
    {
        var names = new SecretNames(settings);
        _identity = identity;
        _connection = connection;
        _patience = new Patience(settings.Timeout, time);
        var secrets = new SecretsClient(connection, _patience, AwsEndpoint.Secrets(settings));
        var sts = new StsClient(connection, settings, names);
        _sessions = new SessionSource(sts, identity.Inner, _patience, settings, time);
        _reading = new SecretReading(secrets, _sessions, identity.Inner, names, settings);
        _writing = new SecretWriting(secrets, identity.Inner, names);
        _listing = new SecretListing(secrets, identity.Inner, names);
        _examination = new StoreExamination(_reading, secrets, _sessions, sts, identity.Inner, names, _patience, settings);
    }

    /// <inheritdoc/>
    public string Name => "aws";

    /// <summary>Opens the store, which owns the identity from here. Asks nobody yet.</summary>
    /// <exception cref="SecretStoreException">An endpoint is plain http where it must not be, or the CA file cannot be read.</exception>
    public static AwsSecretStore Open(AwsSecretSettings settings, AwsIdentity identity, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(time);
        foreach (var url in new[] { settings.Endpoint, settings.StsEndpoint }.OfType<Uri>())
        {
            if (url.Scheme != Uri.UriSchemeHttps && !(url is { Scheme: "http", IsLoopback: true } && settings.AllowPlainHttp))
            {
                throw new SecretStoreException(SecretFailureKind.Invalid, $"{url.GetLeftPart(UriPartial.Authority)} is not https. Plain http is possible to this machine only, and with allow_plain_http.");
            }
        }

        var handler = StoreHttp.CreateHandler(settings.CaFile is { } file ? StoreHttp.ReadRoots(file) : null);
        return new AwsSecretStore(settings, identity, new AwsConnection(handler, time), time);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken) =>
        await _patience.WithinAsync(ending => _reading.PrepareAsync(request, ending), static _ => null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var kept = false;
        try
        {
            var result = await _patience.WithinAsync(
                ending => _reading.ReadAsync(request, ending),
                fault => new SecretReadResult.Failed(fault.Kind, $"AWS Secrets Manager, asked for {request.Credential}, {fault.Words}"),
                cancellationToken);
            kept = result is SecretReadResult.Found;
            return result;
        }
        finally
        {
            if (!kept && request.Access is { } access)
            {
                await access.DisposeAsync();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>At most 64 KiB for all fields of a version, as AWS keeps them.</remarks>
    public ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return WriteAsync(credential, ending => _writing.SetAsync(credential, fields, condition, ending), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A label on the version, which this runtime heeds. AWS gives the value to other readers all the same.</remarks>
    public ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        WriteAsync(credential, ending => _writing.SwitchAsync(credential, version, disabled: true, ending), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        WriteAsync(credential, ending => _writing.SwitchAsync(credential, version, disabled: false, ending), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Only all versions at once. They can be restored at AWS for 7 days and not be read meanwhile; then they are destroyed.</remarks>
    public ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken) =>
        WriteAsync(credential, ending => _writing.DeleteAsync(credential, version, RecoveryDays, ending), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken) =>
        _patience.WithinAsync(ending => _listing.ListAsync(known, ending), static fault => throw new SecretStoreException(fault.Kind, $"AWS Secrets Manager, asked for its list, {fault.Words}"), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken) =>
        _patience.WithinAsync(ending => _listing.DescribeAsync(credential, ending), fault => throw new SecretStoreException(fault.Kind, $"AWS Secrets Manager, asked about {credential}, {fault.Words}"), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreFinding> ExamineAsync(IReadOnlyCollection<CredentialName> known, CancellationToken cancellationToken) => _examination.ExamineAsync(known, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _sessions.Dispose();
        _connection.Dispose();
        _identity.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<SecretWriteResult> WriteAsync(CredentialName credential, Func<CancellationToken, Task<SecretWriteResult>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _patience.WithinAsync(
                work,
                fault => new SecretWriteResult(null, fault.Kind, $"AWS Secrets Manager, asked to change {credential}, {fault.Words} The change may have been made; look at it first."),
                cancellationToken);
        }
        catch (SecretStoreException exception)
        {
            return new SecretWriteResult(null, exception.Failure, exception.Message);
        }
    }
}
