using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Writes what proves an identity to a file that only its owner can read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a new file and puts it in the place of an old one in one step.</summary>
    /// <exception cref="SecretStoreException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, SecretValue content, CancellationToken cancellationToken)
    {
        var next = $"{path}.next";
        try
        {
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(next, options))
            {
#pragma warning disable RS0030 // A transport line: the operator asked for this file; only its owner can read it, and its content opens one secret id, once.
                file.Write(content.RevealBytes());
#pragma warning restore RS0030
                await file.FlushAsync(cancellationToken);
            }

            File.Move(next, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretStoreException(SecretFailureKind.Invalid, $"The file {path} cannot be written ({exception.GetType().Name}). Check its folder.", exception);
        }
    }
}
