using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>A master key in a file of its own.</summary>
/// <remarks>
/// A replacement for the key in the same file is first written beside it (<c>.next-ID</c>) and takes its place after the store was sealed with it.
/// A crash in between leaves both files, and opening finds out which is right, so no moment exists in which the store's key is not on disk.
/// </remarks>
internal sealed class KeyFileSource(string path) : MasterKeySource
{
    private const string NextSuffix = ".next-";
    private readonly string _path = Path.GetFullPath(path);

    internal override string Kind => "key_file";

    internal override string Description => $"the key file {_path}";

    internal override bool LoadsSilently => true;

    internal override ValueTask<NewMasterKey> CreateAsync(CancellationToken cancellationToken)
    {
        if (Existing() is { } existing)
        {
            return ValueTask.FromResult(new NewMasterKey(existing, string.Empty, Nothing, Nothing));
        }

        var key = MasterKey.NewRandom();
        if (KeyFile.TryCreate(_path, key))
        {
            return ValueTask.FromResult(new NewMasterKey(key, string.Empty, Nothing, Nothing));
        }

        // Somebody else made the file in between.
        key.Dispose();
        return ValueTask.FromResult(new NewMasterKey(KeyFile.Read(_path), string.Empty, Nothing, Nothing));
    }

    internal override ValueTask<NewMasterKey> ReplaceAsync(MasterKey current, CancellationToken cancellationToken)
    {
        var existing = Existing();
        if (existing is not null && !CryptographicOperations.FixedTimeEquals(existing.Bytes, current.Bytes))
        {
            return ValueTask.FromResult(new NewMasterKey(existing, string.Empty, Nothing, Nothing));
        }

        existing?.Dispose();
        var key = MasterKey.NewRandom();
        if (existing is null && KeyFile.TryCreate(_path, key))
        {
            return ValueTask.FromResult(new NewMasterKey(key, string.Empty, Nothing, () => File.Delete(_path)));
        }

        var next = _path + NextSuffix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        if (!KeyFile.TryCreate(next, key))
        {
            key.Dispose();
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Unavailable, $"The new key file {next} cannot be created. Nothing was changed.");
        }

        return ValueTask.FromResult(new NewMasterKey(key, string.Empty, () => Promote(next), () => File.Delete(next)));
    }

    internal override ValueTask<IReadOnlyList<MasterKeyCandidate>> LoadAsync(string storePath, string kdf, CancellationToken cancellationToken)
    {
        var candidates = new List<MasterKeyCandidate>();
        try
        {
            if (Existing() is { } key)
            {
                candidates.Add(new MasterKeyCandidate(key, Nothing));
            }

            foreach (var next in Replacements())
            {
                candidates.Add(new MasterKeyCandidate(KeyFile.Read(next), () => Promote(next)));
            }
        }
        catch
        {
            candidates.ForEach(candidate => candidate.Key.Dispose());
            throw;
        }

        return candidates.Count > 0
            ? ValueTask.FromResult<IReadOnlyList<MasterKeyCandidate>>(candidates)
            : throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.MissingKey,
                $"The secret store {storePath} exists, but its master key {_path} does not. Restore the key file from your backup (mode 600). No new key was made, because it could not open the store.");
    }

    private static void Nothing()
    {
    }

    private MasterKey? Existing() => File.Exists(_path) ? KeyFile.Read(_path) : null;

    private IEnumerable<string> Replacements() =>
        Path.GetDirectoryName(_path) is { } folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Path.GetFileName(_path) + NextSuffix + "*") : [];

    private void Promote(string next)
    {
        try
        {
            File.Move(next, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next opening finds the key under its other name and tries again.
        }
    }
}
