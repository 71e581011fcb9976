using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace AgentRuntime.Storage.Sqlite;

/// <summary>Reads on pooled connections that cannot write. A read is a snapshot: commits made while it streams are not seen and not held up.</summary>
internal sealed class SqliteReader(SqliteRunDatabaseOptions options, SqliteFailure failure)
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = options.Path,
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = true,
        DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.BusyTimeout.TotalSeconds)),
    }.ConnectionString;

    /// <summary>Streams the rows of a query.</summary>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string sql,
        IReadOnlyList<(string Name, string Value)> parameters,
        Func<SqliteDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(_connectionString);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await using var reader = Guard(() =>
        {
            connection.Open();
            return command.ExecuteReader();
        });
        while (Guard(reader.Read))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Guard(() => read(reader));
        }
    }

    /// <summary>Closes the idle connections to this file.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw failure.OfRead(e);
        }
    }
}
