using System.Text;
using AgentRuntime.Audit.Reconciliation;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

/// <summary>Texts as streams that come in small pieces, as from a pipe.</summary>
internal static class LogText
{
    public static Stream Pieces(string text, int size) => new PieceStream(Encoding.UTF8.GetBytes(text), size);

    public static async Task<List<StoreReadRecord>> ReadAsync(this StoreLogReader reader, string text, int size = 7)
    {
        await using var stream = Pieces(text, size);
        return await reader.ReadAsync(stream, "log", TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<StoreLogException> FailsAsync(this StoreLogReader reader, string text) =>
        await Assert.ThrowsAsync<StoreLogException>(() => reader.ReadAsync(text));

    private sealed class PieceStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
